"""Plan documents as files, made for the tests: Word with automatic numbers, PDF with and without a text layer."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

PLAN = (
    "望岚县教育高质量发展三年行动计划",
    "为深入推进教育改革，制定本行动计划。到2027年，全县学前教育毛入园率达到96%以上，新建3所公办幼儿园。",
    "一、主要目标",
    "（一）九年义务教育巩固率达到98%，普惠性幼儿园覆盖率稳定在90%以上。（牵头单位：县教育局）",
)
_SPACE = nsdecls("w")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


class Word:
    """A Word document under construction: python-docx, with the numbering and raw XML that it leaves to us."""

    def __init__(self) -> None:
        self.document = docx.Document()
        self._numbering = self.document.part.numbering_part.element

    def list(
        self, number: int, levels: Sequence[tuple[str, str]], *, inner: str = "", first: str = "", reference: str = ""
    ) -> None:
        """Define a list: a format and a text for each level, more XML within the definition and its levels."""
        made = "".join(
            f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{first if not place else ""}'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for place, (form, text) in enumerate(levels)
        )
        definition = f'<w:abstractNum {_SPACE} w:abstractNumId="{number}">{inner}{made}</w:abstractNum>'
        self._numbering.insert(0, parse_xml(definition))
        self.refer(number, number, reference)

    def refer(self, number: int, definition: int, inner: str = "") -> None:
        """Name a list that counts by a definition."""
        text = f'<w:num {_SPACE} w:numId="{number}"><w:abstractNumId w:val="{definition}"/>{inner}</w:num>'
        self._numbering.append(parse_xml(text))

    def add(self, text: str, number: int | None = None, level: int = 0) -> None:
        """A paragraph, numbered or not."""
        paragraph = self.document.add_paragraph(text)
        if number is not None:
            place = f'<w:numPr {_SPACE}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(place))

    def raw(self, xml: str) -> None:
        """An element of the body as it is written; ``w`` is Word's namespace."""
        body = self.document.element.body
        body.insert(len(body) - 1, parse_xml(xml.replace(">", f" {_SPACE}>", 1)))

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def word(lines: Iterable[str] = PLAN) -> bytes:
    """A Word document of plain paragraphs."""
    made = Word()
    for line in lines:
        made.add(line)
    return made.saved()


def package(parts: dict[str, bytes]) -> bytes:
    """A Word package of parts as they are given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def body(inner: str, before: str = "") -> bytes:
    """The main part of a Word package."""
    return f'{before}<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'.encode()


def pdf(pages: Sequence[Sequence[str]], *, mapped: bool = True, picture: bool = False, packed: bool = True) -> bytes:
    """A PDF file of lines, with fonts that tell their characters or not, and a picture on pages without lines."""
    letters = sorted({letter for page in pages for line in page for letter in line})
    codes = {letter: place + 1 for place, letter in enumerate(letters)}
    objects: list[bytes] = []

    def add(content: bytes, stream: bytes | None = None) -> int:
        if stream is not None:
            packing = b"/Filter/FlateDecode" if packed else b""
            stream = zlib.compress(stream) if packed else stream
            content = b"<<%s%s/Length %d>>\nstream\n%s\nendstream" % (content, packing, len(stream), stream)
        objects.append(content)
        return len(objects)

    tree, catalogue = add(b""), add(b"<</Type/Catalog/Pages 1 0 R>>")
    unicode = b""
    if mapped and letters:
        unicode = b"/ToUnicode %d 0 R" % add(b"", _to_unicode(codes))
    inner = add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)>>>>"
    )
    font = add(
        b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[%d 0 R]%s>>" % (inner, unicode)
    )
    dots = add(b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", b"\x80")
    made = []
    for page in pages:
        drawn = [f"BT /F1 12 Tf 72 {760 - 20 * at} Td <{_hex(line, codes)}> Tj ET" for at, line in enumerate(page)]
        pictured = picture and not page
        content = add(b"", "\n".join(["/I1 Do"] * pictured + drawn).encode())
        images = b"/XObject<</I1 %d 0 R>>" % dots if pictured else b""
        made.append(
            add(
                b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 %d 0 R>>%s>>>>"
                % (content, font, images)
            )
        )
    objects[tree - 1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(made), b" ".join(b"%d 0 R" % one for one in made))
    return _written(objects, catalogue)


def _hex(line: str, codes: dict[str, int]) -> str:
    return "".join(f"{codes[letter]:04x}" for letter in line)


def _to_unicode(codes: dict[str, int]) -> bytes:
    pairs = [f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items()]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    shown = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return f"begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n{shown}\nendcmap".encode()


def _written(objects: Sequence[bytes], catalogue: int) -> bytes:
    out = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        catalogue,
        len(out),
    )
