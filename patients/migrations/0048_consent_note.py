"""What was noted beside a decision; it goes with an erased record as the names of guardians do."""

from django.db import migrations, models

CLEAR = """
create or replace function patients_erase_consents(person bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    here bigint := nullif(current_setting('app.hospital_id', true), '')::bigint;
    cleared bigint;
begin
    update patients_consent c set guardian_name = '', guardian_relation = '', evidence = null%s
      from patients_patient p
     where p.id = person and p.hospital_id = here and p.contact_state = 'erased'
       and c.hospital_id = here and c.patient_id = p.id;
    get diagnostics cleared = row_count;
    return cleared;
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0047_stay_source_named"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="note"),
        ),
        migrations.RunSQL(CLEAR % ", note = ''", CLEAR % ""),
    ]
