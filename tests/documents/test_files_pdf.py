"""PDF files: their text layer as flowing text, scans and fonts without characters told, hostile files refused."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zlib

import pypdf
import pytest
from plan_files import PLAN, pdf

from jiaoheng.documents.files import DocumentError, plain
from jiaoheng.documents.files import pdf as reader
from jiaoheng.documents.files.pdf_cells import Drawn
from jiaoheng.documents.files.pdf_lines import flowing

TEXT = "".join(f"{line}\n" for line in PLAN)
LONG = "各乡镇人民政府要把教育摆在优先发展的战略地位落实经费投入"


def refused(data: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        plain(data, "规划.pdf")
    assert "规划.pdf" in error.value.say("en")
    return error.value.code


@pytest.mark.parametrize("packed", [True, False])
def test_a_text_layer_is_read(packed: bool) -> None:
    assert plain(pdf([PLAN], packed=packed), "规划.pdf") == TEXT
    assert plain(b"\n\n" + pdf([PLAN]), "规划") == TEXT


def test_wrapped_lines_are_joined_where_a_sentence_goes_on() -> None:
    page = [
        "望岚县教育行动计划",
        f"{LONG}确保生均公用经费不低",
        "于每生每年720元，按时足额拨付。",
        f"（一）{LONG}小学",
        "（二）保障措施",
    ]
    assert flowing([page]).splitlines() == [page[0], page[1] + page[2], page[3], page[4]]
    assert flowing([[LONG, LONG + "到", "2027年"], ["全县学校", LONG + "。", "教师"]]).splitlines() == [
        LONG + LONG + "到2027年",
        "全县学校",
        LONG + "。",
        "教师",
    ]


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    pages = [[LONG + "一", LONG + "到", f"- {number} -"] for number in (1, 2)]
    pages[1] = ["2027年新建学校。", LONG + "一", LONG + "。", "- 2 -"]
    assert flowing(pages).splitlines() == [f"{LONG}一{LONG}到2027年新建学校。", f"{LONG}一{LONG}。"]


def test_words_and_figures_keep_a_blank_between_lines_that_are_joined() -> None:
    assert flowing([[LONG + "STEM", "education", LONG + "学校"]]).splitlines()[0] == LONG + "STEM education"


@pytest.mark.parametrize("form", ["{}", "- {} -", "— {} —", "第 {} 页 共 9 页", "{}/9", "第{}页"])
def test_page_numbers_go(form: str) -> None:
    pages = [["一、主要目标", f"新建{number}所学校。", form.format(number)] for number in range(1, 5)]
    assert "".join(flowing(pages)).splitlines() == [line for page in pages for line in page[:2]]


def test_running_heads_go_and_table_heads_stay_once() -> None:
    pages = [["望岚县教育发展规划", "序号 学校名称 教师", f"{number} 第{number}小学 30人。"] for number in range(1, 6)]
    shown = flowing(pages).splitlines()
    assert "望岚县教育发展规划" not in shown
    assert shown.count("序号 学校名称 教师") == 1
    assert len(shown) == 6


def test_text_at_the_edge_of_a_page_that_only_looks_alike_stays() -> None:
    pages = [[f"（{4 * number}）第{4 * number}项任务落实教育经费", "学校。"] for number in range(1, 6)]
    assert len(flowing(pages).splitlines()) == 10


PAGE = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def drawn(*lines: tuple[tuple[str, float], ...]) -> list[str]:
    """The lines of a page on which these words stand at these places, in letters ten points high."""
    page = Drawn()
    for number, line in enumerate(lines):
        for words, x in line:
            page.take(words, PAGE, (1.0, 0.0, 0.0, 1.0, x, 700.0 - 20 * number), None, 10.0)
        page.take("\n", PAGE, PAGE, None, 10.0)
    return page.lines()


def test_columns_of_a_table_are_told_by_the_gaps_between_them() -> None:
    head = (("指标", 50), ("2022年", 120), ("2027年", 200))
    row = (("毛入园率", 50), ("93%", 120), ("96%", 200))
    assert drawn(head, row) == ["指标 | 2022年 | 2027年", "毛入园率 | 93% | 96%"]
    tight = (("义务教育巩固率", 48), ("97%", 120), ("98%", 200))
    assert drawn(head, tight)[1] == "义务教育巩固率97%98%" or drawn(head, tight)[1].count(" | ") == 2


def test_rows_that_do_not_agree_on_their_columns_come_as_they_are() -> None:
    head = (("指标", 50), ("2022年", 120), ("2027年", 200))
    assert all(" | " not in line for line in drawn(head, (("毛入园率", 50), ("93%", 120))))
    assert " | " not in drawn(head)[0]


def test_gaps_in_prose_and_headings_part_nothing() -> None:
    heading = (("第一章", 50), ("总则", 90))
    stretched = tuple((letter, 50 + 10.6 * place) for place, letter in enumerate("各乡镇人民政府要把教育摆在"))
    assert drawn(heading, heading, stretched, stretched) == ["第一章总则"] * 2 + ["各乡镇人民政府要把教育摆在"] * 2
    two = (("主任", 50), ("李某", 120))
    assert drawn(two, two) == ["主任 | 李某"] * 2


def test_what_a_browser_prints_around_a_page_goes() -> None:
    pages = [["11/22/26, 1:08 PM plan", "一、主要目标", f"file:///tmp/plan.html {number}/2"] for number in (1, 2)]
    assert flowing(pages).splitlines() == ["一、主要目标"] * 2


def test_a_line_of_cells_is_never_joined() -> None:
    row = "禾浦县第三小学 新建教学楼一栋 三十六个班 一千六百个学位 八千万元"
    assert flowing([[LONG + "到", LONG + "。", row, row, "教师"]]).splitlines()[-3:] == [row, row, "教师"]


def test_a_page_that_is_a_picture_is_told_in_the_text() -> None:
    assert plain(pdf([PLAN, []], picture=True), "规划.pdf") == TEXT + "〔第2页是图片，没有文字层〕\n"


def test_scans_are_told() -> None:
    assert refused(pdf([[], []], picture=True)) == "image_only"
    assert refused(pdf([[], []])) == "image_only"


def test_fonts_without_characters_are_told_and_never_read_as_garbage() -> None:
    assert refused(pdf([PLAN], mapped=False)) == "unmapped_fonts"


def test_a_locked_file_is_told_and_one_that_anybody_may_open_is_read(tmp_path) -> None:
    for password, owner in (("secret", "x"), ("", "owner")):
        writer = pypdf.PdfWriter(io.BytesIO(pdf([PLAN])))
        writer.encrypt(password, owner, algorithm="RC4-128")
        path = tmp_path / "locked.pdf"
        writer.write(path)
        if password:
            assert refused(path.read_bytes()) == "encrypted"
        else:
            assert plain(path.read_bytes(), "规划.pdf") == TEXT


def test_a_file_cut_short_is_damaged() -> None:
    data = pdf([PLAN] * 3)
    for length in (9, 200, len(data) // 2):
        assert refused(data[:length]) == "damaged"


def test_no_damaged_byte_ends_in_anything_but_text_or_an_answer() -> None:
    draw = random.Random(5)
    found = set()
    for attempt in range(150):
        data = bytearray(pdf([PLAN] * 2, packed=bool(attempt % 2)))
        for _ in range(draw.randrange(1, 12)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            plain(bytes(data), "规划.pdf")
        except DocumentError as error:
            found.add(error.code)
    assert "damaged" in found


def with_content(content: bytes, mark: bytes = b"") -> bytes:
    """A PDF file whose one page draws this; ``mark`` replaces the font's table of characters."""
    data = pdf([PLAN], packed=False)
    at = data.index(b"BT /F1")
    end = data.index(b"endstream", at)
    start = data.rindex(b"<<", 0, at)
    packed = zlib.compress(content)
    stream = b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\n" % (len(packed), packed)
    data = data[:start] + stream + data[end:]
    if mark:
        at = data.index(b"begincmap")
        end = data.index(b"endstream", at)
        start = data.rindex(b"<<", 0, at)
        data = data[:start] + b"<</Length %d>>\nstream\n%s\n" % (len(mark), mark) + data[end:]
    return data


HOSTILE = {
    "operations": (b"q " * 1_500_000, b""),
    "blanks": (b" " * 60_000_000, b""),
    "characters": (
        b"",
        b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange "
        b"1 beginbfrange <00000000> <ffffffff> <4e00> endbfrange endcmap",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_is_refused(kind: str) -> None:
    assert refused(with_content(*HOSTILE[kind])) in ("too_slow", "damaged", "image_only")


def test_a_page_that_takes_too_long_is_stopped(monkeypatch) -> None:
    monkeypatch.setattr(reader, "MAX_SECONDS", -1.0)
    assert refused(pdf([PLAN])) == "too_slow"


@pytest.mark.slow
def test_what_a_browser_prints_is_read_as_the_page_itself(tmp_path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs chromium")
    lines = [
        f"（{number}）{LONG}，确保生均公用经费不低于每生每年{700 + number}元，按时足额拨付到位。"
        for number in range(60)
    ]
    page = tmp_path / "plan.html"
    page.write_text(
        "<meta charset=utf-8><h1>望岚县行动计划</h1>" + "".join(f"<p>{line}</p>" for line in lines), encoding="utf-8"
    )
    out = tmp_path / "plan.pdf"
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={out}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=80)
    shown = ["".join(line.split()) for line in plain(out.read_bytes(), "plan.pdf").splitlines()]
    assert shown == ["望岚县行动计划", *lines]
