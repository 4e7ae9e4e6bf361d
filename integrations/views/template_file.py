"""Empty lists to fill in, with the columns that are recognised."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.access import requires
from integrations.domain.error_file import workbook
from integrations.readers.labels import field_label
from integrations.views.uploads import XLSX

_COLUMNS = {
    "discharges": {
        "admission_number": "住院号",
        "name": "姓名",
        "sex": "性别",
        "birth_date": "出生日期",
        "identity_number": "身份证号",
        "phone": "联系电话",
        "address": "现住址",
        "admitted_on": "入院日期",
        "discharged_on": "出院日期",
        "visit_number": "住院次数",
        "department": "出院科室",
        "ward": "病区",
        "physician": "主管医师",
        "diagnosis_code": "出院诊断编码",
        "diagnosis_text": "出院诊断",
        "secondary_diagnoses": "其他诊断",
        "procedure_text": "手术名称",
        "surgery_level": "手术级别",
        "icu": "是否入住ICU",
        "critical": "是否病危",
        "disposition": "离院方式",
        "discharge_instructions": "出院医嘱",
        "revisit_on": "复诊日期",
        "fees": "总费用",
    },
    "staff": {
        "staff_number": "工号",
        "name": "姓名",
        "department": "科室",
        "ward": "病区",
        "role": "角色",
        "title": "职称",
        "phone": "手机",
        "email": "邮箱",
        "username": "用户名",
    },
}


@requires("integrations.import", "integrations.import_staff")
@require_GET
def template_file(request: HttpRequest, kind: str) -> HttpResponse:
    """An .xlsx with a header and nothing else; the headers are those of the reader's language."""
    if kind not in _COLUMNS:
        raise Http404
    english = get_language() == "en"
    titles = [str(field_label(name)) if english else title for name, title in _COLUMNS[kind].items()]
    answer = HttpResponse(workbook(titles, []), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return answer
