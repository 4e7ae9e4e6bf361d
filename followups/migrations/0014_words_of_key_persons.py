"""Key persons of contract units are called one word in every protocol that still has the heading as it was shipped."""

from django.db import migrations

WORDS = (
    ("zh-hans", "签约单位关键联系人", "签约单位重点人员"),
    ("zh-hant", "簽約單位關鍵聯絡人", "簽約單位重點人員"),
)
RENAME = """
update followups_tierrule set title = jsonb_set(title, '{{{language}}}', to_jsonb('{to}'::text))
 where condition = 'unit_key_person' and title ->> '{language}' = '{one}';
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0013_content_index")]

    operations = [
        migrations.RunSQL(
            RENAME.format(language=language, one=one, to=to), RENAME.format(language=language, one=to, to=one)
        )
        for language, one, to in WORDS
    ]
