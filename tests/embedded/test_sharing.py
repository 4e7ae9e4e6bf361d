"""Many processes on one folder: the first starts the engines, the last stops them."""

import signal

import psycopg2

from .conftest import engine_pids, query, redis_at

ROLES = "select rolname, rolcanlogin, rolsuper, rolbypassrls from pg_roles where rolname like 'crm%' order by 1"
MEMBERS = "select roleid::regrole::text, member::regrole::text, inherit_option, set_option from pg_auth_members"


def test_first_start_makes_roles_and_database(attach_client):
    urls = attach_client().urls()
    assert query(urls.database_superuser, ROLES) == [
        ("crm_app", True, False, False),
        ("crm_owner", True, False, False),
        ("crm_platform", False, False, False),
    ]
    members = query(urls.database_superuser, MEMBERS + " where roleid::regrole::text like 'crm%' order by 1, 2")
    assert members == [
        ("crm_app", "crm_owner", False, True),
        ("crm_platform", "crm_app", False, True),
        ("crm_platform", "crm_owner", False, True),
    ]
    query(urls.database_owner, "create table kept (id int)")
    locale = "select pg_get_userbyid(datdba), datlocprovider, datlocale from pg_database where datname = 'crm'"
    assert query(urls.database_app, locale) == [("crm_owner", "b", "C.UTF-8")]


def test_app_role_cannot_become_owner_or_superuser(attach_client):
    urls = attach_client().urls()
    for role in ("crm_owner", "postgres"):
        try:
            query(urls.database_app, f"set role {role}")
        except psycopg2.errors.InsufficientPrivilege:
            continue
        raise AssertionError(f"crm_app became {role}")


def test_eight_processes_at_once_share_one_cluster(attach_client, data_dir):
    clients = [attach_client() for _ in range(8)]
    urls = [client.urls() for client in clients]
    assert urls == urls[:1] * 8
    assert redis_at(urls[0]).incr("n") == 1
    for client in clients[:7]:
        client.leave()
    assert set(engine_pids(data_dir)) == {"postgres", "valkey"}
    clients[7].leave()
    assert engine_pids(data_dir) == {}


def test_second_start_keeps_the_data(attach_client, data_dir):
    first = attach_client()
    urls = first.urls()
    query(urls.database_owner, "create table kept as select 7 as n")
    redis_at(urls).set("kept", "yes")
    first.leave()
    assert engine_pids(data_dir) == {}
    again = attach_client().urls()
    assert query(again.database_owner, "select n from kept") == [(7,)]
    assert redis_at(again).get("kept") == b"yes"


def test_terminated_client_leaves_in_order(attach_client, data_dir):
    client = attach_client()
    client.urls()
    assert client.send(signal.SIGTERM) == 128 + signal.SIGTERM
    assert engine_pids(data_dir) == {}


def test_killed_client_leaves_the_engines_to_the_next(attach_client, data_dir):
    client = attach_client()
    client.urls()
    running = engine_pids(data_dir)
    client.send(signal.SIGKILL)
    assert engine_pids(data_dir) == running
    successor = attach_client()
    successor.urls()
    assert engine_pids(data_dir) == running
    successor.leave()
    assert engine_pids(data_dir) == {}
