"""The drill: back up, lose everything, restore; the rows are there and the walls stand."""

import io
import json
import tarfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.domain.seals import verify_all
from accounts.models import Department, Hospital
from hospital_crm.backup import database
from hospital_crm.tenancy.checks import wall_problems
from hospital_crm.tenancy.scope import hospital_scope, no_hospital_scope

pytestmark = [pytest.mark.sql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def files(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    (tmp_path / "files" / "lists").mkdir(parents=True)
    (tmp_path / "files" / "lists" / "may.csv").write_text("row")
    return tmp_path / "files"


@pytest.fixture
def two_hospitals(north, south, alone):
    with hospital_scope(north):
        Department.objects.create(name="心内科")
    with hospital_scope(south):
        Department.objects.create(name="骨科")
    return north, south


def names_in(hospital):
    with hospital_scope(Hospital.objects.get(pk=hospital.pk)):
        return list(Department.objects.order_by("pk").values_list("name", flat=True))


def tampering_in(hospital):
    with hospital_scope(Hospital.objects.get(pk=hospital.pk)):
        return list(verify_all())


def lose_everything():
    with connection.cursor() as cursor:
        cursor.execute(database.CLEAR)


def rows_of_app_role(table):
    with no_hospital_scope(), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]


def backed_up(target):
    out = io.StringIO()
    call_command("backup", str(target), stdout=out)
    return out.getvalue()


def manifest_of(target):
    with tarfile.open(target) as archive:
        return json.load(archive.extractfile("manifest.json"))


def test_everything_comes_back_with_its_walls(two_hospitals, files, tmp_path):
    north, south = two_hospitals
    before = names_in(north), names_in(south)
    backed_up(tmp_path / "one.tar")
    counts = database.table_counts()
    assert counts["accounts_auditseal"] > 0
    assert manifest_of(tmp_path / "one.tar")["rows"] == counts

    lose_everything()
    (files / "lists" / "may.csv").unlink()
    (files / "lists").rmdir()
    call_command("restore", str(tmp_path / "one.tar"), stdout=io.StringIO())

    assert database.table_counts() == counts
    assert (names_in(north), names_in(south)) == before
    assert (files / "lists" / "may.csv").read_text() == "row"
    assert wall_problems() == []
    assert tampering_in(north) == []
    assert rows_of_app_role("accounts_department") == 0


def test_backup_holds_every_hospitals_rows(two_hospitals, files, tmp_path):
    said = backed_up(tmp_path / "one.tar")
    manifest = manifest_of(tmp_path / "one.tar")
    assert manifest["rows"]["accounts_department"] == sum(len(names_in(one)) for one in two_hospitals)
    assert said.startswith(f"{tmp_path}/one.tar: {sum(manifest['rows'].values())} rows in ")
    assert said.endswith("1 private files\n")
    assert (tmp_path / "one.tar").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("wrong", ["fewer rows", "a table more"])
def test_backup_that_holds_other_rows_than_it_says_changes_nothing(two_hospitals, tmp_path, wrong):
    with database.one_moment() as moment:
        database.dump(tmp_path / "whole.dump", moment)
        rows = database.table_counts()
    with hospital_scope(two_hospitals[0]):
        Department.objects.create(name="later")
    names = names_in(two_hospitals[0])
    rows |= {"accounts_department": rows["accounts_department"] + 1} if wrong == "fewer rows" else {"no_table": 0}
    with pytest.raises(database.BackupError, match="psql failed"):
        database.restore(tmp_path / "whole.dump", rows=rows)
    assert names_in(two_hospitals[0]) == names


def test_restore_asks_before_it_replaces(two_hospitals, files, tmp_path):
    backed_up(tmp_path / "one.tar")
    with hospital_scope(two_hospitals[0]):
        Department.objects.create(name="later")
    with pytest.raises(CommandError, match="give --yes to replace it"):
        call_command("restore", str(tmp_path / "one.tar"))
    assert "later" in names_in(two_hospitals[0])
    call_command("restore", str(tmp_path / "one.tar"), yes=True, stdout=io.StringIO())
    assert "later" not in names_in(two_hospitals[0])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: content[: len(content) // 2], "is not a readable backup|is damaged"),
        (lambda content: b"no archive", "is not a readable backup"),
        (lambda content: content.replace(b"PGDMP", b"PGDMQ", 1), "is damaged: its members do not match the manifest"),
    ],
)
def test_damaged_archive_touches_nothing(two_hospitals, files, tmp_path, damage, message):
    target = tmp_path / "one.tar"
    backed_up(target)
    target.write_bytes(damage(target.read_bytes()))
    counts = database.table_counts()
    with pytest.raises(CommandError, match=message):
        call_command("restore", str(target), yes=True)
    assert database.table_counts() == counts


def test_archive_that_leads_elsewhere_is_refused(two_hospitals, files, tmp_path):
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../outside"))
    with pytest.raises(CommandError, match="unexpected member"):
        call_command("restore", str(tmp_path / "evil.tar"), yes=True)


def test_dump_that_breaks_off_changes_nothing(two_hospitals, files, tmp_path):
    with database.one_moment() as moment:
        database.dump(tmp_path / "whole.dump", moment)
        rows = database.table_counts()
    content = (tmp_path / "whole.dump").read_bytes()
    (tmp_path / "half.dump").write_bytes(content[: len(content) // 2])
    names = names_in(two_hospitals[0])
    with hospital_scope(two_hospitals[0]):
        Department.objects.create(name="later")
    with pytest.raises(database.BackupError, match="pg_restore failed"):
        database.restore(tmp_path / "half.dump", rows=rows)
    assert names_in(two_hospitals[0]) == [*names, "later"]
    lose_everything()
    with pytest.raises(database.BackupError, match="pg_restore failed"):
        database.restore(tmp_path / "half.dump", rows=rows)
    assert database.is_empty()
    database.restore(tmp_path / "whole.dump", rows=rows)
    call_command("migrate", verbosity=0)
