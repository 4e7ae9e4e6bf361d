"""Of tiers that were set by hand: which, and what the rules said when they were, as the rule lines of that decision tell;
the rule that only repeats what was set says nothing beside it.
"""

from django.db import migrations

_FILLED = """
with said as (
    select a.id, a.hospital_id, a.encounter_id, a.tier, a.overridden_by_id, a.reason,
           coalesce((select min(r.tier) from jsonb_array_elements(a.fired) line
                       join followups_tierrule r on r.hospital_id = a.hospital_id and r.protocol_id = a.protocol_id
                            and r.code = line ->> 'code' and r.condition <> 'ordered_by_staff'), 'C') as by_rules
      from followups_tierassignment a
     where a.overridden_by_id is not null
)
update followups_tierassignment t
   set ordered_tier = t.tier, computed_tier = own.by_rules,
       weighed_tier = (select s.by_rules from said s
                        where s.hospital_id = t.hospital_id and s.encounter_id = t.encounter_id and s.tier = t.tier
                          and s.overridden_by_id = t.overridden_by_id and s.reason = t.reason
                        order by s.id limit 1)
  from said own
 where own.id = t.id
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0015_tiers_by_hand")]

    operations = [migrations.RunSQL(_FILLED, migrations.RunSQL.noop)]
