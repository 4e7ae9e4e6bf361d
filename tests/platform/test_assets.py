"""Front-end files: only what is served is copied, and nothing in it names a file that is not there."""

import pytest

from hospital_crm.demo.assets import FOR_TESTS, SERVED, copy_assets, stripped

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("shipped", "served"),
    [
        (b"a{}\n/*# sourceMappingURL=tabler.min.css.map */", b"a{}\n"),
        (b"let a;\n//# sourceMappingURL=tabler.min.js.map", b"let a;\n"),
        (
            b'src:url("i.woff2?v3") format("woff2"),url("i.woff?") format("woff"),url("i.ttf?v3") format("truetype")}',
            b'src:url("i.woff2?v3") format("woff2")}',
        ),
    ],
)
def test_references_to_files_we_do_not_ship_are_stripped(shipped, served):
    assert stripped(shipped) == served


def packages(folder, names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"content")
    return folder


def test_copy_replaces_the_whole_target(tmp_path):
    modules = packages(tmp_path / "node_modules", [*SERVED, *FOR_TESTS])
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "old.css").write_text("")
    copied = copy_assets(modules, tmp_path / "vendor")
    files = sorted(str(path.relative_to(tmp_path / "vendor")) for path in (tmp_path / "vendor").rglob("*.*"))
    assert files == copied == sorted([*SERVED.values(), *FOR_TESTS.values()])


def test_production_has_no_files_for_tests(tmp_path):
    modules = packages(tmp_path / "node_modules", SERVED)
    assert copy_assets(modules, tmp_path / "vendor") == sorted(SERVED.values())


def test_package_without_a_served_file_leaves_the_old_ones(tmp_path):
    packages(tmp_path / "vendor", ["old.css"])
    with pytest.raises(FileNotFoundError):
        copy_assets(packages(tmp_path / "node_modules", list(SERVED)[:2]), tmp_path / "vendor")
    assert (tmp_path / "vendor" / "old.css").exists()
