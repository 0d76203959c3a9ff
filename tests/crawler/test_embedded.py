"""Metadata of images, in every place and form, and as hostile servers write it."""

import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.IptcImagePlugin import getiptcinfo
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngInfo

from crawler.image import decode
from crawler.metadata.embedded import Embedded, embedded
from crawler.metadata.packets import PACKETS, PARTS, ROOM, packets
from crawler.metadata.xmp import properties
from crawler.reading.line import LONGEST

SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" '
    'xmlns:cc="http://creativecommons.org/ns#" '
    'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
    'xmlns:tdm="http://www.w3.org/ns/tdmrep/"'
)
DMI = "http://ns.useplus.org/ldf/vocab/DMI-"
NO = f'plus:DataMining="{DMI}PROHIBITED-AIMLTRAINING"'
REFUSED = "XMP: DMI-PROHIBITED-AIMLTRAINING"


def packet(inside: str = "", attributes: str = "", opening: str = "") -> bytes:
    """A packet as Adobe's tools write it: with instructions around, and room to grow."""
    return (
        f'{opening}<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {SPACES}>\n'
        f'  <rdf:Description rdf:about="" {attributes}>{inside}</rdf:Description>\n'
        f'</rdf:RDF></x:xmpmeta>{" " * 100}<?xpacket end="w"?>'
    ).encode()


def saved(kind: str, **options: object) -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, kind, **options)
    return file.getvalue()


def jpeg(*segments: bytes) -> bytes:
    """A jpeg with these APP segments, each a marker and data."""
    body = saved("jpeg")
    inserted = (
        b"\xff" + segment[:1] + struct.pack(">H", len(segment) + 1) + segment[1:]
        for segment in segments
    )
    return body[:2] + b"".join(inserted) + body[2:]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks: bytes, at: int = 33) -> bytes:
    """A png with these chunks after its header, or `at` a place counted from the start or end."""
    body = saved("png")
    return body[:at] + b"".join(chunks) + body[at:]


def png_with_text(xmp: bytes, *, zip: bool = False) -> bytes:  # noqa: A002
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp.decode(), lang="de", tkey="Beschreibung", zip=zip)
    return saved("png", pnginfo=info)


def gif(xmp: bytes) -> bytes:
    body = saved("gif")
    trailer = bytes([1, *range(255, -1, -1), 0])
    start = 13 + 3 * 2 ** (body[10] % 8 + 1)
    return body[:start] + b"!\xff\x0bXMP DataXMP" + xmp + trailer + body[start:]


CARRIERS: dict[str, Callable[[bytes], bytes]] = {
    "jpeg": lambda xmp: saved("jpeg", xmp=xmp),
    "png": png_with_text,
    "png compressed": lambda xmp: png_with_text(xmp, zip=True),
    "png after the pixels": lambda xmp: png(
        chunk(b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + xmp), at=-12
    ),
    "gif": gif,
    "webp": lambda xmp: saved("webp", xmp=xmp),
    "webp lossless": lambda xmp: saved("webp", lossless=True, xmp=xmp),
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_packet_is_read_wherever_the_format_keeps_it(carrier: str) -> None:
    xmp = packet(
        "<dc:creator><rdf:Seq><rdf:li>Zoë</rdf:li></rdf:Seq></dc:creator>"
        "<xmpRights:WebStatement>https://example.org/terms</xmpRights:WebStatement>",
        f'photoshop:Credit="Zoë / Agency" {NO}',
    )
    body = CARRIERS[carrier](xmp)
    assert decode(body).size == (8, 8)
    assert embedded(body) == Embedded("https://example.org/terms", "Zoë", "Zoë / Agency", REFUSED)


def test_what_stands_behind_the_first_pixels_of_a_jpeg_is_not_read() -> None:
    body = saved("jpeg")
    behind = saved("jpeg", xmp=packet("", NO))[2:]
    assert embedded(body[:2] + behind).optout == REFUSED
    assert embedded(body[:-2] + behind).optout == ""


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "bmp"])
def test_an_image_without_metadata_says_nothing(kind: str) -> None:
    assert embedded(saved(kind)) == Embedded()


def said(inside: str = "", attributes: str = "") -> Embedded:
    return embedded(CARRIERS["webp"](packet(inside, attributes)))


VALUE = f"{DMI}PROHIBITED-AIMLTRAINING"
QUALIFIED = f"<rdf:value>{VALUE}</rdf:value>"
OTHER = f"<rdf:Bag><rdf:li><rdf:Description {NO}/></rdf:li></rdf:Bag>"


@pytest.mark.parametrize(
    ("inside", "attributes"),
    [
        ("", NO),
        (f"<plus:DataMining>{VALUE}</plus:DataMining>", ""),
        (f"<plus:DataMining>\n  {VALUE}\n</plus:DataMining>", ""),
        (f'<plus:DataMining rdf:resource="{VALUE}"/>', ""),
        (f'<plus:DataMining rdf:value="{VALUE}"/>', ""),
        (f"<plus:DataMining><rdf:Bag><rdf:li>{VALUE}</rdf:li></rdf:Bag></plus:DataMining>", ""),
        (f"<plus:DataMining><rdf:Description>{QUALIFIED}</rdf:Description></plus:DataMining>", ""),
        (f'<plus:DataMining rdf:parseType="Resource">{QUALIFIED}</plus:DataMining>', ""),
        (f"<plus:DataMining><![CDATA[{VALUE}]]></plus:DataMining>", ""),
        (f'</rdf:Description><rdf:Description rdf:about="" {NO}>', ""),
        (
            f'<p:DataMining xmlns:p="http://ns.useplus.org/ldf/xmp/1.0/">{VALUE}</p:DataMining>',
            "",
        ),
        (
            f'<DataMining xmlns="http://ns.useplus.org/ldf/xmp/1.0/">{VALUE}</DataMining>',
            "",
        ),
        (f'<dc:title xmlns:plus="urn:x"/><plus:DataMining>{VALUE}</plus:DataMining>', ""),
    ],
)
def test_a_property_is_read_in_every_form_of_rdf(inside: str, attributes: str) -> None:
    assert said(inside, attributes).optout == REFUSED


@pytest.mark.parametrize(
    ("inside", "attributes"),
    [
        ("", f'plus:DataMining="{DMI}ALLOWED"'),
        ("", f'plus:DataMining="{DMI}UNSPECIFIED"'),
        ("", 'plus:DataMining="Unspecified - no prohibition defined"'),
        ("", 'tdm:reservation="0"'),
        ("", f'xmlns:plus="urn:of-another" {NO}'),
        (f"<dc:description>{VALUE}</dc:description>", ""),
        (f"<dc:relation>{OTHER}</dc:relation>", ""),
        (f"</rdf:Description></rdf:RDF><a {SPACES}><rdf:Description {NO}/>", ""),
    ],
)
def test_what_does_not_forbid_learning_from_this_image_is_no_refusal(
    inside: str, attributes: str
) -> None:
    assert said(inside, attributes).optout == ""


@pytest.mark.parametrize(
    ("attributes", "signal"),
    [
        (f'plus:DataMining="{DMI}PROHIBITED"', "DMI-PROHIBITED"),
        (f'plus:DataMining="{DMI}PROHIBITED-GENAIMLTRAINING"', "DMI-PROHIBITED-GENAIMLTRAINING"),
        (
            f'plus:DataMining="{DMI}PROHIBITED-EXCEPTSEARCHENGINEINDEXING"',
            "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
        ),
        (f'plus:DataMining="{DMI}PROHIBITED-SEECONSTRAINT"', "DMI-PROHIBITED-SEECONSTRAINT"),
        (
            f'plus:DataMining="{DMI}PROHIBITED-SEEEMBEDDEDRIGHTSEXPR"',
            "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR",
        ),
        (
            f'plus:DataMining="{DMI}PROHIBITED-SEELINKEDRIGHTSEXPR"',
            "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR",
        ),
        ('plus:DataMining="DMI-PROHIBITED"', "DMI-PROHIBITED"),
        ('plus:DataMining="Prohibited for AI/ML training"', "Prohibited for AI/ML training"),
        ('tdm:reservation="1"', "tdm:reservation=1"),
        ('xmlns:t="http://www.w3.org/ns/tdmrep#" t:reservation="1"', "tdm:reservation=1"),
        (f'plus:DataMining="{DMI}ALLOWED" tdm:reservation="1"', "tdm:reservation=1"),
    ],
)
def test_a_refusal_is_told_with_where_it_stood(attributes: str, signal: str) -> None:
    assert said(attributes=attributes).optout == f"XMP: {signal}"


CC = "https://creativecommons.org/licenses/by/4.0/"


def alternatives(*texts: str) -> str:
    return f"<rdf:Alt>{''.join(f'<rdf:li>{text}</rdf:li>' for text in texts)}</rdf:Alt>"


STATED = [
    f'<cc:license rdf:resource="{CC}"/>',
    "<xmpRights:WebStatement>https://example.org/terms</xmpRights:WebStatement>",
    f"<xmpRights:UsageTerms>{alternatives('Ask', 'Demander')}</xmpRights:UsageTerms>",
    f"<dc:rights>{alternatives('© Zoë', 'Tous droits')}</dc:rights>",
]


@pytest.mark.parametrize(
    ("first", "licence"),
    [(0, CC), (1, "https://example.org/terms"), (2, "Ask"), (3, "© Zoë"), (4, "")],
)
def test_the_licence_is_an_address_before_a_text_before_a_notice(first: int, licence: str) -> None:
    assert said("".join(reversed(STATED[first:]))).licence == licence


def test_the_address_of_a_licensor_is_no_licence() -> None:
    inside = (
        '<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">'
        "<plus:LicensorURL>https://example.org/buy</plus:LicensorURL>"
        "</rdf:li></rdf:Seq></plus:Licensor>"
    )
    assert said(inside) == Embedded()


def test_several_creators_are_told_once_each() -> None:
    items = "".join(f"<rdf:li>{name}</rdf:li>" for name in ("Zoë", "Max", " Zoë "))
    assert said(f"<dc:creator><rdf:Seq>{items}</rdf:Seq></dc:creator>").creator == "Zoë; Max"


def test_texts_are_tidy_and_short() -> None:
    assert said(attributes='photoshop:Credit=" Zoe\u0308\n  &#9; Z. "').credit == "Zoë Z."
    assert said(attributes=f'photoshop:Credit="{"é" * 5000}"').credit == "é" * LONGEST
    items = "<rdf:li>é</rdf:li><rdf:li>è</rdf:li>" * 1000
    many = "".join(f"<rdf:li>{number}</rdf:li>" for number in range(5000))
    assert said(f"<dc:creator><rdf:Bag>{items}</rdf:Bag></dc:creator>").creator == "é; è"
    assert len(said(f"<dc:creator><rdf:Bag>{many}</rdf:Bag></dc:creator>").creator) == LONGEST


def data_set(number: int, data: bytes, record: int = 2) -> bytes:
    return bytes([0x1C, record, number]) + struct.pack(">H", len(data)) + data


UTF_8 = data_set(90, b"\x1b%G", record=1)


def resource(number: int, data: bytes, name: bytes = b"") -> bytes:
    """A resource of Photoshop."""
    head = b"8BIM" + struct.pack(">HB", number, len(name)) + name + bytes((len(name) + 1) % 2)
    return head + struct.pack(">I", len(data)) + data + bytes(len(data) % 2)


def with_iim(block: bytes) -> bytes:
    resources = resource(0x03ED, bytes(17), b"ab") + resource(0x0404, block, b"c")
    return jpeg(b"\xedPhotoshop 3.0\0" + resources)


WHO = [(80, "Zoë"), (80, "Max"), (110, "Agency"), (116, "© Zoë")]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_records_of_iptc_tell_creator_and_credit(encoding: str) -> None:
    block = b"".join(data_set(number, text.encode(encoding)) for number, text in WHO)
    said = embedded(with_iim(data_set(0, b"\0\2") + data_set(5, b"") + block))
    assert said == Embedded(creator="Zoë; Max", credit="Agency")


def test_a_letter_that_is_cut_is_left_out_where_the_encoding_is_known() -> None:
    cut = data_set(80, "Zoë".encode()[:-1])
    assert embedded(with_iim(UTF_8 + cut)).creator == "Zo"
    assert embedded(with_iim(cut)).creator == "ZoÃ"


def test_the_records_of_iptc_are_those_that_pillow_finds() -> None:
    body = with_iim(data_set(80, b"Zoe") + data_set(116, b"All mine"))
    assert getiptcinfo(JpegImageFile(BytesIO(body))) == {(2, 80): b"Zoe", (2, 116): b"All mine"}
    assert embedded(body) == Embedded(creator="Zoe", credit="All mine")


def test_a_length_may_be_beyond_all_numbers() -> None:
    block = data_set(110, b"A") + b"\x1c\2\x50" + b"\xff" * 40_000
    assert embedded(with_iim(block)).credit == "A"


def test_a_record_may_be_longer_than_two_bytes_tell() -> None:
    block = bytes([0x1C, 2, 80, 0x80, 4]) + struct.pack(">I", 3) + b"Zoe" + data_set(110, b"A")
    assert embedded(with_iim(block)) == Embedded(creator="Zoe", credit="A")


BLANK = data_set(80, b" ")


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("endian", ["<", ">"])
def test_exif_tells_artist_and_copyright(kind: str, endian: str) -> None:
    exif = Image.Exif()
    exif.endian = endian
    exif[0x010F] = "Camera"
    exif[0x013B] = "Zoë Z.".encode()
    exif[0x8298] = "Zoe"  # short enough to stand where the place of a longer text would
    body = saved(kind, exif=exif.tobytes())
    assert embedded(body) == Embedded(creator="Zoë Z.", credit="Zoe")


def test_the_newer_place_counts_where_places_differ() -> None:
    exif = Image.Exif()
    exif[0x013B], exif[0x8298] = b"of exif", "© of exif".encode()
    iim = data_set(80, b"of iim") + data_set(116, "© of iim".encode())
    creator = "<dc:creator><rdf:Seq><rdf:li>of XMP</rdf:li></rdf:Seq></dc:creator>"
    parts = [
        b"\xe1" + exif.tobytes(),
        b"\xedPhotoshop 3.0\0" + resource(0x0404, iim),
        b"\xe1http://ns.adobe.com/xap/1.0/\0" + packet(creator),
    ]
    assert embedded(jpeg(*parts)) == Embedded(creator="of XMP", credit="© of iim")
    assert embedded(jpeg(*parts[:2])) == Embedded(creator="of iim", credit="© of iim")
    assert embedded(jpeg(*parts[:1])) == Embedded(creator="of exif", credit="© of exif")


def test_a_blank_field_says_nothing() -> None:
    exif = Image.Exif()
    exif[0x013B], exif[0x8298] = b"Zoe", b"\0\0      \0"
    body = jpeg(b"\xe1" + exif.tobytes(), b"\xedPhotoshop 3.0\0" + resource(0x0404, BLANK))
    assert embedded(body) == Embedded(creator="Zoe")


def directory(*places: int) -> bytes:
    """EXIF that names an Artist of 10 letters at each of these places."""
    entries = (struct.pack("<HHII", 0x013B, 2, 10, place) for place in places)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(places)) + b"".join(entries)


def test_a_tag_of_exif_that_stands_there_twice_counts_once() -> None:
    block = directory(34, 44) + b"Zoe       Max       "
    assert embedded(png(chunk(b"eXIf", block))).creator == "Zoe"


def test_exif_in_webp_may_begin_as_in_jpeg() -> None:
    body = saved("webp", exif=directory(22) + b"Zoe       ")
    start = body.index(b"EXIF")
    assert body[start + 8 :].startswith(b"II")
    assert embedded(body).creator == "Zoe"
    length = int.from_bytes(body[start + 4 : start + 8], "little") + 6
    prefixed = b"EXIF" + length.to_bytes(4, "little") + b"Exif\0\0" + body[start + 8 :]
    assert embedded(body[:start] + prefixed).creator == "Zoe"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_packet_may_be_in_any_unicode(encoding: str) -> None:
    xmp = packet("<dc:creator>Zoë</dc:creator>", NO).decode().encode(encoding)
    body = saved("jpeg", xmp=xmp)
    assert embedded(body) == Embedded(creator="Zoë", optout=REFUSED)


def test_a_letter_that_is_no_unicode_does_not_hide_what_follows() -> None:
    xmp = packet("<dc:creator>Zoë</dc:creator>", f'dc:source="Ä" {NO}')
    broken = xmp.replace("Ä".encode(), b"\xc4").replace("ë".encode(), b"\xeb")
    assert embedded(saved("jpeg", xmp=broken)) == Embedded(creator="Zo\ufffd", optout=REFUSED)


LAUGHS = "".join(f"<!ENTITY {chr(at)} '{f'&{chr(at + 1)};' * 10}'>" for at in range(97, 107))


@pytest.mark.parametrize(
    "opening",
    [
        f"<!DOCTYPE x [<!ENTITY k 'ha'>{LAUGHS}]>",
        f"<!DOCTYPE x [<!ATTLIST rdf:li {'x NMTOKEN #IMPLIED ' * 1000}>]>",
        "<!DOCTYPE x SYSTEM 'file:///etc/passwd'>",
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE x>',
    ],
    ids=["entities", "default attributes", "another file", "nothing"],
)
def test_a_packet_with_a_document_type_is_not_read(opening: str) -> None:
    assert properties(packet("<dc:creator>&a;</dc:creator>", NO, opening)) == {}
    assert properties(packet("<dc:creator>Zoë</dc:creator>", NO)) != {}


@pytest.mark.parametrize("declared", ["latin-1", "utf-7", "idna", "hex", "no such encoding"])
def test_the_encoding_that_a_packet_declares_is_not_asked_for(declared: str) -> None:
    opening = f'<?xml version="1.0" encoding="{declared}"?>'
    assert properties(packet("<dc:creator>Zoë</dc:creator>", "", opening)).get("dc:creator") in (
        ["Zoë"],
        None,  # where the name has a space it is no XML
    )


BROKEN = {
    "nested": packet(f"<dc:title>{'<a>' * 100_000}", NO),
    "nested within a property": packet(
        f"<dc:title>{'<a>' * 100_000}{'</a>' * 100_000}</dc:title>", NO
    ),
    "unclosed": packet("<dc:title>", NO),
    "an entity": packet("<dc:title>&nbsp;</dc:title>", NO),
    "an unknown prefix": packet("<none:title/>", f"{NO} none:a='1'"),
    "cut": packet("", NO)[:-160],
    "followed by zeros": packet("", NO) + b"\0\0 <x/>",
}


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_broken_packet_what_stands_before_the_error_counts(name: str) -> None:
    assert embedded(png_with_text(BROKEN[name])).optout == REFUSED


def peak(xmp: bytes) -> int:
    """The most bytes of memory that reading it took beside the packet, as Python counts them."""
    tracemalloc.start()
    try:
        properties(xmp)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


LARGE = {
    "long namespace, many elements": f"<a xmlns:b='{'u' * 500_000}'>{'<b:c/>' * 80_000}</a>",
    "long namespace, many attributes": f"<a xmlns:b='{'u' * 500_000}' "
    + "".join(f"b:a{number}='' " for number in range(40_000))
    + "/>",
    "one namespace, nested": "<a xmlns:b='urn:b'>" * 40_000,
    "many namespaces, nested": "".join(f"<a xmlns:b{number}='urn:b'>" for number in range(30_000)),
    "many items": f"<dc:creator>{'<rdf:li>a</rdf:li>' * 50_000}</dc:creator>",
    "many lines": "<dc:creator>" + "a\n" * 500_000 + "</dc:creator>",
    "many names": "".join(f"<dc:a{number}>a</dc:a{number}>" for number in range(30_000)),
    "long attribute": f"<dc:creator rdf:value='{'a' * 1_000_000}'/>",
}


@pytest.mark.parametrize("name", LARGE)
def test_the_memory_of_a_packet_is_bounded_by_its_length(name: str) -> None:
    assert peak(packet(LARGE[name])) < 64 * ROOM


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files of much metadata, and of metadata in many pieces."""
    xmp = packet("<dc:creator>Zoë</dc:creator>")
    segment = b"\xe1http://ns.adobe.com/xap/1.0/\0"
    itxt = b"XML:com.adobe.xmp\0\1\0\0\0"
    bomb = zlib.compress(xmp + bytes(64 * ROOM), 9)
    yield "huge packets", jpeg(*[segment + xmp + b" " * 64_000] * 40)
    yield "many packets", jpeg(*[segment] * 10_000)
    yield "many segments", jpeg(*[b"\xe1"] * 20_000)
    yield "many chunks", png(chunk(b"iTXt", itxt) * 10_000)
    yield "one huge chunk", png(chunk(b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + xmp * 9_000))
    yield "compressed bombs", png(chunk(b"iTXt", itxt + bomb) * 8)
    yield "huge extension", gif(xmp + b" " * 4 * ROOM)
    yield "one byte a block", gif(xmp + b"\1" * 4 * ROOM)
    yield "huge webp", saved("webp", xmp=xmp + b" " * 4 * ROOM)
    yield "huge exif", saved("webp", xmp=xmp, exif=bytes(4 * ROOM))
    yield "resources", jpeg(*[b"\xedPhotoshop 3.0\0" + resource(0x0404, b"") * 5_000] * 20)


HOSTILE = dict(hostile())


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_read_of_a_file_is_bounded_in_bytes_and_pieces(name: str) -> None:
    read = list(packets(HOSTILE[name]))
    assert sum(len(data) for _, data in read) <= ROOM
    assert len(read) <= PACKETS
    assert embedded(HOSTILE[name]).creator in {"", "Zoë"}


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_a_file_does_not_copy_it(name: str) -> None:
    tracemalloc.start()
    for _ in packets(HOSTILE[name]):
        pass
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 4 * ROOM


@pytest.mark.parametrize(
    ("head", "piece", "tail"),
    [
        (b"\xff\xd8", b"\xff\xe0\0\2", jpeg(b"\xe1http://ns.adobe.com/xap/1.0/\0" + packet())[2:]),
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"tEXt", b""),
            chunk(b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + packet()),
        ),
        (b"RIFF....WEBP", b"VP8X\0\0\0\0", saved("webp", xmp=packet())[12:]),
    ],
    ids=["jpeg", "png", "webp"],
)
def test_a_file_in_many_pieces_is_read_in_part(head: bytes, piece: bytes, tail: bytes) -> None:
    assert [kind for kind, _ in packets(head + piece * (PARTS - 9) + tail)] == ["xmp"]
    assert list(packets(head + piece * PARTS + tail)) == []


FILES = {
    **{name: write(packet("<dc:creator>Zoë</dc:creator>", NO)) for name, write in CARRIERS.items()},
    "iim": with_iim(UTF_8 + data_set(80, "Zoë".encode())),
    "exif": saved(
        "jpeg", exif=b"Exif\0\0II*\0\x08\0\0\0\1\0\x3b\1\2\0\5\0\0\0\x1a\0\0\0\0\0\0\0Zoe Z"
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_may_end_anywhere(name: str) -> None:
    body = FILES[name]
    assert embedded(body).creator
    for end in range(len(body)):
        embedded(body[:end])


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("byte", [b"\0", b"\1", b"\x80", b"\xff"])
def test_any_byte_may_be_another(name: str, byte: bytes) -> None:
    body = FILES[name]
    for at in range(len(body)):
        embedded(body[:at] + byte + body[at + 1 :])


@given(st.sampled_from(sorted(FILES)), st.integers(0, 1500), st.binary(max_size=20))
def test_damage_raises_nothing(name: str, place: int, damage: bytes) -> None:
    body = FILES[name]
    found = embedded(body[:place] + damage + body[place + len(damage) :])
    assert all(len(text) <= LONGEST + len("XMP: ") for text in found)


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF....WEBPVP8X"]
)
def test_random_bytes_say_nothing(start: bytes) -> None:
    assert embedded(start + random.Random(0).randbytes(50_000)) == Embedded()


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_in_any_place(noise: bytes) -> None:
    for body in (
        jpeg(b"\xe1http://ns.adobe.com/xap/1.0/\0" + noise, b"\xe1Exif\0\0" + noise),
        jpeg(b"\xe1Exif\0\0II*\0\x08\0\0\0" + noise, b"\xedPhotoshop 3.0\0" + noise),
        with_iim(noise),
        with_iim(b"\x1c\2\x50" + noise),
        png(chunk(b"iTXt", noise), chunk(b"iTXt", b"XML:com.adobe.xmp\0" + noise)),
        png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + noise), chunk(b"eXIf", noise)),
        gif(noise),
    ):
        embedded(body)
