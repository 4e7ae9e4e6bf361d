"""Why a file cannot be read, each reason in a sentence for the person who uploaded it."""

from typing import Any, ClassVar

from django.utils.translation import gettext_noop


class UnreadableFile(Exception):
    """The whole file is refused; nothing of it was brought in. `str()` is the reason in the active language."""

    code: ClassVar[str] = "unreadable"
    sentence: ClassVar[str] = gettext_noop(
        "This file cannot be read. Save it as an .xlsx or CSV file and upload it again."
    )

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params

    def __str__(self) -> str:
        return explain(self.sentence, self.params)


def explain(sentence: str, params: dict[str, Any]) -> str:
    """The sentence in the active language with its values."""
    from django.utils.translation import gettext

    return gettext(sentence) % params if params else gettext(sentence)


class EmptyFile(UnreadableFile):
    """Nothing in it, or a header without a row."""

    code = "empty"
    sentence = gettext_noop("The file is empty: it holds no row of data.")


class TruncatedFile(UnreadableFile):
    """The end is missing."""

    code = "truncated"
    sentence = gettext_noop("The file breaks off in the middle. Export it again and upload the complete file.")


class UnbalancedQuotes(UnreadableFile):
    """A quotation mark opens a cell, and nothing tells where it closes: rows after it could be lost in it."""

    code = "quotes"
    sentence = gettext_noop(
        "Row %(row)s holds a quotation mark that is never closed, and the rows after it cannot be told from it. Take"
        " the mark out, or save the list as .xlsx."
    )


class DamagedSheet(UnreadableFile):
    """A workbook that ends its reader: bytes overwritten, or a cell so far away that the sheet has no measure."""

    code = "damaged"
    sentence = gettext_noop(
        "The workbook is damaged, too large, or holds a cell far away from the list. Copy the list alone into a new "
        "workbook, save it as .xlsx and upload that."
    )


class BinaryFile(UnreadableFile):
    """A picture, a PDF, an archive: no table."""

    code = "binary"
    sentence = gettext_noop("This is not a table. Upload a CSV, .xls or .xlsx file.")


class PasswordProtected(UnreadableFile):
    """Excel asks for a password before it opens the file."""

    code = "password"
    sentence = gettext_noop("The file is protected by a password. Save it without a password and upload it again.")


class TooLarge(UnreadableFile):
    """Larger than this installation takes."""

    code = "too_large"
    sentence = gettext_noop(
        "The file has %(size)s MB; at most %(limit)s MB can be read. Split it by month or department."
    )


class WrongEncoding(UnreadableFile):
    """Some bytes are no text in any encoding that is used for Chinese lists."""

    code = "encoding"
    sentence = gettext_noop(
        "Row %(row)s holds characters that cannot be decoded as %(encoding)s. Save the file as UTF-8 CSV or .xlsx."
    )


class UnknownHeader(UnreadableFile):
    """No row looks like a header of this kind of list."""

    code = "header"
    sentence = gettext_noop("No header row was recognised. Columns found: %(columns)s.")


class MissingColumns(UnreadableFile):
    """The header is clear, but a column without which nothing can be imported is not there."""

    code = "columns"
    sentence = gettext_noop("These columns are missing: %(missing)s. Columns found: %(columns)s.")


class OldXml(UnreadableFile):
    """Excel 2003 XML, or a web page that holds no table."""

    code = "markup"
    sentence = gettext_noop(
        "The file is a web page or XML without a readable table. Open it in Excel and save it as .xlsx."
    )
