"""Empty lists to fill in, with the columns that are recognised."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.access import requires
from integrations.domain.error_file import workbook
from integrations.domain.kinds import kind_named
from integrations.readers.labels import field_label
from integrations.views.uploads import XLSX


@requires("integrations.import", "integrations.import_staff", "groups.edit")
@require_GET
def template_file(request: HttpRequest, kind: str) -> HttpResponse:
    """An .xlsx with a header and nothing else; the headers are those of the reader's language."""
    try:
        columns = kind_named(kind).template
    except LookupError as unknown:
        raise Http404 from unknown
    english = get_language() == "en"
    titles = [str(field_label(name)) if english else title for name, title in columns.items()]
    answer = HttpResponse(workbook(titles, []), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return answer
