"""What a file is, is told by its content; pictures keep nothing but the picture."""

import io
import struct
import zlib

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import Image

from hospital_crm.private_files import kinds, pictures
from hospital_crm.private_files.intake import FileRefused, PrivateFileField, clean_title, examine
from tests.private_files import samples

pytestmark = pytest.mark.unit


CONTENTS = [
    (samples.PDF, kinds.PDF),
    (samples.picture("JPEG"), kinds.JPEG),
    (samples.picture("PNG"), kinds.PNG),
    (samples.picture("WEBP"), kinds.WEBP),
    (samples.office("word/document.xml"), kinds.DOCX),
    (samples.office("xl/workbook.xml"), kinds.XLSX),
    ("化验单\t正常\r\n".encode(), kinds.TEXT),
    ("化验单 正常".encode("gb18030"), kinds.TEXT),
    (b"<svg onload=alert(1)>", kinds.TEXT),
    (b"%PDF-1.7 cut off", None),
    (b"MZ\x90\x00\x03", None),
    (b"GIF89a\x01\x00\x01\x00", None),
    (b"{\\rtf1\x00}", None),
    (samples.office("ppt/presentation.xml"), None),
    (samples.office("word/document.xml", **{"word/vbaProject.bin": b"x"}), None),
    (samples.office("xl/workbook.xml", **{"xl/big": bytes(kinds.MOST_UNPACKED)}), None),
    (samples.office()[:-30], None),
]


# Numbers as names: the bytes of an archive tell the time at which it was made, and two workers collect the same tests.
@pytest.mark.parametrize(("content", "kind"), CONTENTS, ids=range(len(CONTENTS)))
def test_content_tells_what_a_file_is(content: bytes, kind: kinds.Kind | None) -> None:
    assert kinds.recognised(content) == kind


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("化验单.pdf", kinds.PDF, "化验单.pdf"),
        ("C:\\Users\\甘\\x.JPEG", kinds.JPEG, "x.jpeg"),
        ("../../etc/passwd", kinds.TEXT, "passwd.txt"),
        ("x.html", kinds.TEXT, "x.html.txt"),
        ("a\u202efdp.exe", kinds.PDF, "afdp.exe.pdf"),
        ("a\r\nb.pdf", kinds.PDF, "ab.pdf"),
        ("长" * 200 + ".pdf", kinds.PDF, "长" * 116 + ".pdf"),
        (".pdf", kinds.PDF, "pdf.pdf"),
    ],
)
def test_names_become_harmless_and_their_ending_true(name: str, kind: kinds.Kind, title: str) -> None:
    assert clean_title(name, kind) == title


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
def test_pictures_lose_place_device_and_words_and_stand_upright(picture_format: str) -> None:
    words = {"pnginfo": samples.described()} if picture_format == "PNG" else {"comment": samples.DEVICE.encode()}
    taken = samples.picture(picture_format, exif=samples.exif(orientation=6), dpi=(300, 300), **words)
    assert samples.DEVICE.encode() in taken
    kept = examine("x", [taken]).content
    assert samples.DEVICE.encode() not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert (dict(picture.getexif()), picture.size) == ({}, (20, 40))
        assert set(picture.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
            "timestamp",
            "duration",
        }


@pytest.mark.parametrize(
    ("mode", "expected"), [("1", "L"), ("L", "L"), ("P", "RGB"), ("RGBA", "RGBA"), ("LA", "RGBA"), ("I;16", "I;16")]
)
def test_pictures_keep_what_can_be_seen(mode: str, expected: str) -> None:
    kept = pictures.cleaned(samples.picture("PNG", mode=mode), "PNG")
    assert Image.open(io.BytesIO(kept)).mode == expected


def moving() -> bytes:
    frames, target = [Image.new("RGB", (4, 4), shade) for shade in ("red", "blue")], io.BytesIO()
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:])
    return target.getvalue()


def gigantic() -> bytes:
    """A small PNG whose head claims a thousand million pixels."""
    small = samples.picture("PNG")
    head = b"IHDR" + struct.pack(">II", 40_000, 25_000) + small[24:29]
    return small[:12] + head + struct.pack(">I", zlib.crc32(head)) + small[33:]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (samples.picture("PNG", size=(7100, 7100)), "The picture has too many pixels; make it smaller first."),
        (gigantic(), "The picture has too many pixels; make it smaller first."),
        (moving(), "Moving pictures are not kept."),
        (samples.picture()[:200], "The picture is damaged and cannot be opened."),
        (b"\xff\xd8\xff" + bytes(50), "The picture is damaged and cannot be opened."),
        (bytes(1025 * 1024), "The file is larger than 1 MB."),
        (b"MZ\x90\x00", "This kind of file is not kept. Kept are: PDF · JPEG picture."),
    ],
)
def test_what_is_refused_is_told_in_a_sentence(content: bytes, words: str) -> None:
    with override("en"), pytest.raises(FileRefused) as refusal:
        examine("x", [content], allowed=(kinds.PDF, kinds.JPEG) if content[:2] == b"MZ" else kinds.ALL, max_bytes=2**20)
    assert str(refusal.value) == words


class AttachForm(forms.Form):
    file = PrivateFileField(required=False)


def test_the_field_says_beside_itself_why_a_file_is_refused() -> None:
    good, bad = SimpleUploadedFile("a.pdf", samples.PDF), SimpleUploadedFile("a.pdf", b"MZ\x90\x00")
    form = AttachForm({}, {"file": good})
    assert form.is_valid()
    assert (form.cleaned_data["file"].title, form.cleaned_data["file"].kind) == ("a.pdf", kinds.PDF)
    refused = AttachForm({}, {"file": bad})
    assert [error.code for error in refused.errors.as_data()["file"]] == ["refused"]
    nothing = AttachForm({}, {})
    assert (nothing.is_valid(), nothing.cleaned_data["file"]) == (True, None)
