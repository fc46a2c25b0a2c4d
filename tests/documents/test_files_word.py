"""Word documents: every paragraph, table, text box and number that their reader sees, and nothing that was deleted."""

from __future__ import annotations

import io
import zipfile

import pytest
from plan_files import PLAN, Word, body, package, word

from jiaoheng.documents.files import DocumentError, plain
from jiaoheng.documents.files.numerals import counted, numeral

TEXT = "".join(f"{line}\n" for line in PLAN)


def lines(data: bytes) -> list[str]:
    return plain(data, "规划.docx").splitlines()


def refused(data: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        plain(data, "规划.docx")
    return error.value.code


def of(inner: str, **parts: str) -> list[str]:
    """The lines of a package made by hand: its body, and more parts of the folder ``word``."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    more = {f"word/{name}.xml": f"<w:{name} {space}>{xml}</w:{name}>".encode() for name, xml in parts.items()}
    return lines(package({"word/document.xml": body(inner), **more}))


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def test_paragraphs_are_lines() -> None:
    assert plain(word(), "规划.docx") == TEXT
    assert plain(word(), "没有扩展名") == TEXT


LEVELS = [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "（%4）")]


def test_automatic_numbers_are_written_out() -> None:
    made = Word()
    made.list(90, LEVELS)
    for text, level in (
        ("目标", 0), ("总体", 1), ("学校", 2), ("2027年新建学校", 2), ("具体", 1), ("学校", 2), ("任务", 0),
        ("总体", 1), ("细则", 3),
    ):  # fmt: skip
        made.add(text, 90, level)
    made.add("无编号")
    made.add("保障", 90, 0)
    assert lines(made.saved()) == [
        "一、目标", "（一）总体", "1.学校", "2. 2027年新建学校", "（二）具体", "1.学校", "二、任务", "（一）总体",
        "（1）细则", "无编号", "三、保障",
    ]  # fmt: skip


def test_a_number_is_parted_from_the_text_where_both_would_run_together() -> None:
    made = Word()
    made.list(90, [("chineseCounting", "第%1章"), ("decimal", "%1.%2")], inner="")
    made.add("总则", 90)
    made.add("2024年新建学校", 90, 1)
    assert lines(made.saved()) == ["第一章 总则", "一.1 2024年新建学校"]


def test_two_lists_of_one_definition_count_on_unless_one_starts_anew() -> None:
    made = Word()
    made.list(90, [("decimal", "%1.")])
    made.refer(91, 90)
    made.refer(92, 90, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    for number in (90, 91, 92, 92, 90):
        made.add("学校", number)
    assert lines(made.saved()) == ["1.学校", "2.学校", "1.学校", "2.学校", "3.学校"]


def test_a_style_may_number_its_paragraphs() -> None:
    levels = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="japaneseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/>'
        '<w:pStyle w:val="b"/><w:lvlText w:val="%2．"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num>'
    )
    styles = (
        '<w:style w:styleId="a"><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="b"><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="c"><w:basedOn w:val="a"/></w:style>'
    )
    shown = "".join(paragraph("学校", f'<w:pStyle w:val="{style}"/>') for style in "abbcb")
    without = paragraph("学校", '<w:pStyle w:val="a"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    found = of(shown + without, numbering=levels, styles=styles)
    assert found == ["一、学校", "1．学校", "2．学校", "二、学校", "1．学校", "学校"]


def test_bullets_become_dots_and_dashes_stay() -> None:
    made = Word()
    made.list(90, [("bullet", "\uf0b7"), ("bullet", "——"), ("bullet", "l")])
    for level in (0, 1, 2):
        made.add("学校", 90, level)
    assert lines(made.saved()) == ["● 学校", "——学校", "● 学校"]


def test_empty_numbered_paragraphs_are_counted_but_not_shown() -> None:
    made = Word()
    made.list(90, [("decimal", "%1.")])
    for text in ("学校", "", "教师"):
        made.add(text, 90)
    assert lines(made.saved()) == ["1.学校", "3.教师"]


FORMATS = {
    "chineseCounting": "三",
    "japaneseCounting": "三",
    "ideographDigital": "三",
    "chineseLegalSimplified": "叁",
    "ideographTraditional": "丙",
    "ideographZodiac": "寅",
    "decimalEnclosedCircleChinese": "③",
    "decimalFullWidth": "３",
    "decimalZero": "03",
    "upperRoman": "III",
    "lowerLetter": "c",
    "somethingNew": "3",
    "none": "",
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_number_is_written_in_its_format(form: str) -> None:
    assert numeral(3, form) == FORMATS[form]


def test_chinese_numbers_are_counted_as_they_are_said() -> None:
    said = {
        10: "十",
        11: "十一",
        20: "二十",
        45: "四十五",
        100: "一百",
        103: "一百零三",
        110: "一百一十",
        1020: "一千零二十",
    }
    assert {number: counted(number) for number in said} == said


def test_a_table_row_is_a_line_and_a_merged_cell_stands_once() -> None:
    made = Word()
    table = made.document.add_table(4, 3)
    for row, texts in enumerate(
        (("指标", "2022年", "2027年"), ("学前", "93%", "96%"), ("", "88%", ""), ("义务教育", "", ""))
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 2))
    made.add("表后的学校")
    assert lines(made.saved()) == ["指标 | 2022年 | 2027年", "学前 | 93% | 96%", " | 88%", "义务教育", "表后的学校"]


def test_lines_within_a_cell_become_one() -> None:
    made = Word()
    table = made.document.add_table(1, 3)
    for column, text in enumerate(("望岚县第一小学\n望岚县第二小学", "学前教育\n毛入园率", "1.新建学校。\n2.改建学校")):
        table.cell(0, column).text = text
    assert lines(made.saved()) == ["望岚县第一小学、望岚县第二小学 | 学前教育毛入园率 | 1.新建学校。2.改建学校"]


def test_a_box_of_one_cell_is_text() -> None:
    made = Word()
    made.document.add_table(1, 1).cell(0, 0).text = "专栏1 重点工程\n新建3所学校。"
    assert lines(made.saved()) == ["专栏1 重点工程", "新建3所学校。"]


def test_numbers_of_rows_are_drawn_too() -> None:
    made = Word()
    made.list(90, [("decimal", "%1")])
    cell = f"<w:tc><w:p><w:pPr>{numbered(90)}</w:pPr></w:p></w:tc><w:tc>{paragraph('学校')}</w:tc>"
    made.raw(f"<w:tbl><w:tr>{cell}</w:tr><w:tr>{cell}</w:tr></w:tbl>")
    assert lines(made.saved()) == ["1 | 学校", "2 | 学校"]


def test_what_was_inserted_stays_and_what_was_deleted_goes() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    gone = "<w:r><w:delText>{}</w:delText></w:r>"
    joined = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run.format('小学')}</w:p><w:p>{run.format('教师')}</w:p>"
    found = of(
        f"<w:p>{run.format('新建')}<w:ins>{run.format('3所')}</w:ins><w:del>{gone.format('2所')}</w:del>{run.format('学校')}</w:p>"
        f"<w:ins><w:p>{run.format('整段插入')}</w:p></w:ins><w:moveFrom><w:p>{run.format('移走')}</w:p></w:moveFrom>"
        f"{joined}<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('删除的行')}</w:tc></w:tr></w:tbl>"
    )
    assert found == ["新建3所学校", "整段插入", "小学教师"]


def test_controls_links_and_text_boxes_are_read_once() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    box = "<w:txbxContent>" + paragraph("框内的学校") + "</w:txbxContent>"
    found = of(
        f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('控件内的学校')}</w:sdtContent></w:sdt>"
        f"<w:p><w:sdt><w:sdtContent>{run.format('行内')}</w:sdtContent></w:sdt><w:hyperlink>{run.format('链接')}</w:hyperlink>"
        f"<w:r><w:AlternateContent><w:Choice>{box}</w:Choice><w:Fallback>{box}</w:Fallback></w:AlternateContent></w:r></w:p>"
    )
    assert found == ["控件内的学校", "行内链接", "框内的学校"]


def test_an_embedded_sheet_is_told_in_the_text_and_an_embedded_file_refused() -> None:
    sheet = '<w:r><w:object><w:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    assert of(f"<w:p>{sheet}</w:p>" + paragraph("学校")) == ["〔此处嵌入的工作表没有读取〕", "学校"]
    assert refused(package({"word/document.xml": body(paragraph("学校") + "<w:altChunk/>")})) == "other_format"


def test_breaks_tabs_fields_and_hidden_text() -> None:
    found = of(
        "<w:p><w:r><w:t>一、目标</w:t><w:br/><w:t>新建学校</w:t><w:tab/><w:t>3</w:t></w:r>"
        "<w:r><w:instrText>PAGE 学校</w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>可见</w:t></w:r></w:p>"
    )
    assert found == ["一、目标", "新建学校\t3可见"]


def test_headers_and_comments_are_left_out_and_notes_stand_at_the_end() -> None:
    made = Word()
    made.document.sections[0].header.paragraphs[0].text = "页眉里的学校"
    made.document.sections[0].footer.paragraphs[0].text = "页脚里的学校"
    made.add("正文里的学校")
    assert lines(made.saved()) == ["正文里的学校"]
    notes = f'<w:footnote w:type="separator">{paragraph("线")}</w:footnote>'
    notes += f"<w:footnote>{paragraph('注：不含民办学校')}</w:footnote>"
    assert of(paragraph("正文里的学校"), footnotes=notes) == ["正文里的学校", "注：不含民办学校"]


def test_the_stricter_of_the_two_word_namespaces_is_read() -> None:
    strict = body(paragraph("全县学校")).replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert lines(package({"word/document.xml": strict})) == ["全县学校"]


def test_the_package_says_where_its_text_is() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r" Target="/word/document2.xml" Type="http://schemas.openxmlformats.org/officeDocument/'
        b'2006/relationships/officeDocument"/></Relationships>'
    )
    parts = {"_rels/.rels": relations, "word/document2.xml": body(paragraph("全县学校"))}
    assert lines(package(parts)) == ["全县学校"]


def test_pictures_alone_are_a_scan() -> None:
    assert refused(package({"word/document.xml": body(""), "word/media/image1.png": b"\x89PNG"})) == "image_only"
    assert refused(word([])) == "no_text"


def test_a_locked_document_is_told() -> None:
    assert refused(_locked()) == "encrypted"
    data = bytearray(package({"word/document.xml": body(paragraph("学校"))}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + place] |= 1
    assert refused(bytes(data)) == "encrypted"


def _locked() -> bytes:
    """The container that Word writes around a document with a password: a directory with one stream in it."""
    entry = b"EncryptedPackage".decode().encode("utf-16-le").ljust(64, b"\0")
    stream = entry + (34).to_bytes(2, "little") + b"\2\1" + b"\xff" * 12 + b"\0" * 36 + b"\xfe\xff\xff\xff" + b"\0" * 8
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0") + (22).to_bytes(2, "little") + b"\5\1" + b"\xff" * 12
    root += b"\0" * 36 + b"\xfe\xff\xff\xff" + b"\0" * 8
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + b"\x3e\0\3\0\xfe\xff\x09\0\6\0" + b"\0" * 10
    header += (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + b"\0" * 4 + (4096).to_bytes(4, "little")
    header += b"\xfe\xff\xff\xff" + b"\0" * 4 + b"\xfe\xff\xff\xff" + b"\0" * 4 + b"\0" * 4 + b"\xff" * 432
    table = b"\xfd\xff\xff\xff" + b"\xfe\xff\xff\xff" + b"\xff" * 504
    return header + table + (root + stream).ljust(512, b"\0")


def test_what_is_no_document_is_told_by_what_it_is() -> None:
    assert refused(word()[:-200]) == "damaged"
    assert refused(b"PK\x03\x04" + b"\0" * 100) == "damaged"
    assert refused(package({"word/document.xml": b"<w:document"})) == "damaged"
    assert refused(package({"word/other.xml": body("")})) == "damaged"
    for name, code in (("xl/workbook.xml", "spreadsheet"), ("ppt/presentation.xml", "slides"), ("OFD.xml", "ofd")):
        assert refused(package({name: b"<x/>"})) == code
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("规划.docx", word())
    assert refused(out.getvalue()) == "archive"


ENTITIES = {
    "laughs": "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in zip("abc", "bcd", strict=True)),
    "external": '<!ENTITY d SYSTEM "file:///etc/passwd">',
    "unused": '<!ENTITY d "学校">',
}


@pytest.mark.parametrize("kind", ENTITIES)
def test_entities_are_refused(kind: str) -> None:
    before = f'<!DOCTYPE x [<!ENTITY a "教育教育">{ENTITIES[kind]}]>'
    for inner in (paragraph("&d;"), '<w:p w:x="&d;"/>' if kind != "external" else "", paragraph("学校")):
        assert refused(package({"word/document.xml": body(inner, before)})) == "unsafe"


def test_bombs_are_refused() -> None:
    assert refused(package({"word/document.xml": b" " * 60_000_000})) == "zip_bomb"
    assert (
        refused(package({"word/document.xml": body(paragraph("学校")), "word/media/a.png": b"\0" * 40_000_000}))
        == "zip_bomb"
    )


def test_nesting_beyond_reason_is_refused_and_never_recurses_too_deep() -> None:
    for depth in (20, 60, 80):
        table = "<w:tbl><w:tr><w:tc>" * depth + paragraph("学校") + "</w:tc></w:tr></w:tbl>" * depth
        assert of(table) == ["学校"]
        box = "<w:p><w:r><w:txbxContent>" * depth + paragraph("学校") + "</w:txbxContent></w:r></w:p>" * depth
        assert of(box) == ["学校"]
    assert refused(package({"word/document.xml": body("<w:tbl><w:tr><w:tc>" * 5000)})) == "damaged"


def test_styles_and_lists_that_refer_to_themselves_end() -> None:
    styles = (
        '<w:style w:styleId="a"><w:basedOn w:val="a"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    loop = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="a"/></w:abstractNum>'
    loop += '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    assert of(paragraph("学校", '<w:pStyle w:val="a"/>'), styles=styles, numbering=loop) == ["学校"]
    alone = '<w:style w:styleId="a"><w:basedOn w:val="a"/></w:style>'
    assert of(paragraph("学校", '<w:pStyle w:val="a"/>'), styles=alone) == ["学校"]


def test_columns_beyond_reason_are_none() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>' + paragraph("学校") + "</w:tc>"
    assert of(f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>") == ["学校 | 学校"]
