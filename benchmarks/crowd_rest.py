"""What else a hospital of a million people has gathered: units and their members, imports, notices, the audit trail."""
# ruff: noqa: E501 - the statements read better in long lines

from django.db import connection, transaction

from accounts.models import Hospital
from benchmarks.crowd_tables import model_defaults

TABLES = [
    "groups_groupcustomer",
    "groups_groupcontact",
    "groups_contract",
    "groups_groupmember",
    "groups_groupvisit",
    "groups_benefit",
    "groups_groupvalue",
    "groups_opportunity",
    "integrations_importbatch",
    "integrations_matchconflict",
    "integrations_feed",
    "integrations_inboundrecord",
    "messaging_message",
    "accounts_auditevent",
    "accounts_accesslog",
    "patients_patientnote",
    "patients_persontask",
    "patients_tag",
    "patients_patienttag",
]
UNITS, EVENTS, VIEWS = 3000, 300_000, 1_000_000


def ensure(hospital: Hospital, *, small: bool = False) -> None:
    """Makes it all unless it is there; a hundredth of the trail for a small hospital."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from groups_groupcustomer where hospital_id = %s)", [hospital.pk])
        if cursor.fetchone()[0]:
            return
        share = 100 if small else 1
        values = {"h": hospital.pk, "units": UNITS // share, "events": EVENTS // share, "views": VIEWS // share}
        with transaction.atomic(), model_defaults(cursor, TABLES):
            for statement in _STATEMENTS:
                cursor.execute(statement, values)
        cursor.execute("vacuum analyze " + ", ".join(TABLES))


_UNITS = """
insert into groups_groupcustomer (hospital_id, public_id, name, py_full, py_initials, status, business, staff_count, head_name, address,
                                  phone, fax, email, website, value, owner_id, remarks, created_at)
select %(h)s, gen_random_uuid(), '单位' || n, 'danwei' || n, 'dw' || n, (array['signed', 'nearby', 'negotiating', 'ended'])[1 + n %% 4], '制造',
       50 + n, '', '', '', '', '', '', '', case when n %% 5 = 0 then l.id end, '', now() - n * interval '1 hour'
  from generate_series(1, %(units)s) n cross join (select id from accounts_staffmember where hospital_id = %(h)s and name = 'liaison') l
"""
_CONTACTS = """
insert into groups_groupcontact (hospital_id, group_id, name, role, title, phone, email)
select hospital_id, id, '联系人' || k, case k when 1 then 'health' else 'head' end, '', '', '' from groups_groupcustomer cross join generate_series(1, 2) k
 where hospital_id = %(h)s
"""
_CONTRACTS = """
insert into groups_contract (hospital_id, group_id, number, starts_on, ends_on, terms)
select hospital_id, id, 'HT' || id, current_date - 300, current_date + 65, '' from groups_groupcustomer where hospital_id = %(h)s and status = 'signed'
"""
_MEMBERS = """
insert into groups_groupmember (hospital_id, group_id, patient_id, is_key_person, position, employee_number)
select g.hospital_id, g.id, p.id, k = 1, '', ''
  from groups_groupcustomer g cross join generate_series(1, 40) k
  join patients_patient p on p.hospital_id = g.hospital_id and p.id = 1 + (g.id * 97 + k) %% (select max(id) from patients_patient where hospital_id = %(h)s)
 where g.hospital_id = %(h)s
"""
_PLACES = """
update groups_groupcustomer set name_key = name, region = '区县' || lpad((id %% 60)::text, 2, '0'), phone = '0990-' || lpad(id::text, 8, '0')
 where hospital_id = %(h)s
"""
_BENEFITS = """
insert into groups_benefit (hospital_id, contract_id, kind, name, percent, service)
select hospital_id, id, 'discount', '体检优惠', 15, 'checkup' from groups_contract where hospital_id = %(h)s
"""
_VALUES = """
insert into groups_groupvalue (hospital_id, group_id, year, amount, source, note)
select hospital_id, id, extract(year from current_date)::int - k, 10000 + id, 'checkup', ''
  from groups_groupcustomer cross join generate_series(0, 3) k where hospital_id = %(h)s
"""
_DEALS = """
insert into groups_opportunity (hospital_id, group_id, kind, title, amount, step, expected_on, state, reason, staff_id, created_at)
select hospital_id, id, 'checkup', '年度体检', 50000, 50, current_date + 30, 'open', '', owner_id, now() from groups_groupcustomer where hospital_id = %(h)s
"""
_OWN_VISITS = """
update groups_groupvisit v set staff_id = g.owner_id from groups_groupcustomer g where g.id = v.group_id and v.hospital_id = %(h)s and g.hospital_id = %(h)s
"""
_VISITS = """
insert into groups_groupvisit (hospital_id, group_id, kind, planned_on, purpose, done_on, result)
select hospital_id, id, 'visit', current_date - 30 * k, '续约', case when k > 0 then current_date - 30 * k end, case when k > 0 then '已谈' else '' end
  from groups_groupcustomer cross join generate_series(0, 3) k where hospital_id = %(h)s
"""
_IMPORTS = """
insert into integrations_importbatch (hospital_id, public_id, kind, state, file_name, stored_as, size, sha256, format, encoding, separator,
                                      sheet, header_line, columns, mapping, doubtful, rows, position, counts, dry_counts, error, created_at)
select %(h)s, gen_random_uuid(), 'discharges', 'done', '出院清单' || n || '.csv', '', 20000, '', 'csv', 'utf-8', ',', '', 1, array['住院号'], '{}', '{}',
       1200, 1200, '{"stays_created": 1180, "stays_updated": 4, "patients_created": 900, "patients_matched": 280, "duplicates": 4, "deaths": 6, "rejected": 12, "warnings": 8}', '{}', '{}', now() - n * interval '1 day'
  from generate_series(1, 1500) n
"""
_FEEDS = """
insert into integrations_feed (hospital_id, public_id, kind, name, title, is_active, number_domain, settings, token_hash, last_received_at, created_at)
select %(h)s, gen_random_uuid(), 'hl7', 'feed' || n, '接口' || n, true, 'his', '{}', '', now(), now() from generate_series(1, 6) n
"""
_MESSAGES = """
insert into integrations_inboundrecord (hospital_id, public_id, feed_id, external_id, event, content_hash, raw, corrected, size, state, reason,
                                        reason_detail, findings, attempts, times_received, received_at, applied_at, note)
select %(h)s, gen_random_uuid(), f.id, n::text, 'ADT^A01', md5(n::text), '\\x00', '', 500,
       case when n %% 200 = 0 then 'set_aside' when n %% 901 = 0 then 'waiting' else 'applied' end,
       case when n %% 200 = 0 then 'nobody' else '' end, '{}', '[]', 1, 1, now() - n * interval '1 minute',
       case when n %% 200 > 0 and n %% 901 > 0 then now() - n * interval '1 minute' + interval '1 second' end, ''
  from integrations_feed f cross join generate_series(1, %(events)s / 6) n where f.hospital_id = %(h)s
"""
_CONFLICTS = """
insert into integrations_matchconflict (hospital_id, public_id, code, fingerprint, left_id, right_id, line, state, noticed_at)
select %(h)s, gen_random_uuid(), 'record_conflict', md5(n::text), n, n + 1000, n, 'open', now() - n * interval '1 hour' from generate_series(1, 120) n
"""
_NOTICES = """
insert into messaging_message (hospital_id, public_id, key, purpose, channel, staff_id, template, context, link, urgency, not_before, created_at,
                               state, reason, detail, state_at, attempts, gateway, address, language, subject, body, read_at)
select %(h)s, gen_random_uuid(), 'bench-' || s.id || '-' || n, 'order_late', 'bell', s.id, 'order_late', '{}', '[]', 1, now(), now() - n * interval '5 hours',
       'delivered', '', '', now(), 1, 'bell', '', 'zh-hans', '有回访超时', '请尽快办理', case when n > 8 then now() end
  from accounts_staffmember s cross join generate_series(1, 60) n where s.hospital_id = %(h)s
"""
_EVENTS = """
insert into accounts_auditevent (hospital_id, at, user_id, staff_id, request_id, actor_name, role_code, verb, object_type, object_id, detail)
select %(h)s, now() - n * interval '3 minutes', s.user_id, s.id, '', s.name, 'physician', 'followups.result.submit', 'followups.followuporder', n::text, '{}'
  from generate_series(1, %(events)s) n
  join (select id, user_id, name, row_number() over (order by id) as place, count(*) over () as many from accounts_staffmember where hospital_id = %(h)s) s
    on s.place = 1 + n %% s.many
"""
_VIEWS = """
insert into accounts_accesslog (hospital_id, at, user_id, staff_id, request_id, role_code, kind, patient_id, field, purpose, page)
select %(h)s, now() - n * interval '1 minute', s.user_id, s.id, '', 'physician', 'view', 1 + (n * 7919) %% (select max(id) from patients_patient where hospital_id = %(h)s),
       '', '', 'patients:detail'
  from generate_series(1, %(views)s::bigint) n
  join (select id, user_id, row_number() over (order by id) as place, count(*) over () as many from accounts_staffmember where hospital_id = %(h)s) s
    on s.place = 1 + n %% s.many
"""
_NOTES = """
insert into patients_patientnote (hospital_id, patient_id, text, author_id, noted_at, audience, is_pinned)
select %(h)s, 1 + (n * 7919) %% (select max(id) from patients_patient where hospital_id = %(h)s), '说慢一点', s.id, now() - n * interval '1 minute', 'care', n %% 4 = 0
  from generate_series(1, %(events)s::bigint) n cross join (select id from accounts_staffmember where hospital_id = %(h)s and name = 'agent') s
"""
_TASKS = """
insert into patients_persontask (hospital_id, public_id, patient_id, title, due_on, assignee_id, given_by_id, given_at, state, closed_at, closed_by_id, result)
select %(h)s, gen_random_uuid(), 1 + (n * 7919) %% (select max(id) from patients_patient where hospital_id = %(h)s), '寄报告', current_date - (n %% 700)::int + 20, s.id, s.id,
       now() - n * interval '1 minute', case when n %% 20 = 0 then 'open' else 'done' end, case when n %% 20 > 0 then now() end, case when n %% 20 > 0 then s.id end, ''
  from generate_series(1, %(events)s::bigint / 3) n cross join (select id from accounts_staffmember where hospital_id = %(h)s and name = 'agent') s
"""
_TAGS = """
insert into patients_tag (hospital_id, public_id, name, is_active)
select %(h)s, gen_random_uuid(), name, true from unnest(array['少', '多']) as name
"""
_TAGGED = """
insert into patients_patienttag (hospital_id, patient_id, tag_id, tagged_at)
select p.hospital_id, p.id, t.id, now() from patients_patient p
  join patients_tag t on t.hospital_id = p.hospital_id and p.id %% case t.name when '少' then 1009 else 13 end = 0
 where p.hospital_id = %(h)s
"""
_STATEMENTS = (
    *(_TAGS, _TAGGED),
    *(_UNITS, _PLACES, _CONTACTS, _CONTRACTS, _BENEFITS, _MEMBERS, _VISITS, _OWN_VISITS, _VALUES, _DEALS),
    *(_IMPORTS, _CONFLICTS, _FEEDS, _MESSAGES, _NOTICES, _EVENTS, _VIEWS),
    *(_NOTES, _TASKS),
)
