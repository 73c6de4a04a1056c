"""Valid numbers as people write them, for property tests; nothing here asks the code under test."""

from hypothesis import strategies as st

_GAPS = st.sampled_from([" ", "\u00a0", "\u202f", ".", "-", " - ", "\n"])
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
# country -> (length, what its account numbers begin with)
_COUNTRIES = {"FR": (27, ""), "DE": (22, ""), "BE": (16, ""), "ES": (24, ""), "GB": (22, "NWBK")}
# prefix -> length
_CARDS = {"4": 16, "51": 16, "55": 16, "2221": 16, "34": 15, "37": 15, "36": 14, "6011": 16}


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


@st.composite
def _grouped(draw: st.DrawFn, number: str, *shapes: tuple[int, ...]) -> str:
    """The number whole, or in groups of one of the shapes, with one kind of gap."""
    shape = draw(st.sampled_from([(len(number),), *shapes]))
    gap, groups, place = draw(_GAPS.filter(lambda g: g != "\n")), [], 0
    for size in shape:
        groups.append(number[place : place + size])
        place += size
    return gap.join(filter(None, groups))


@st.composite
def nirs(draw: st.DrawFn) -> str:
    """Of both sexes, Corsica, overseas and births abroad."""
    department = draw(
        st.sampled_from(["01", "13", "2A", "2B", "75", "99"]) | st.sampled_from(["971", "974"])
    )
    month = draw(st.integers(1, 12))
    commune = draw(_digits(5 - len(department)))
    body = f"{draw(st.sampled_from('12'))}{draw(_digits(2))}{month:02d}{department}{commune}"
    body += draw(_digits(3))
    key = 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97
    return draw(_grouped(f"{body}{key:02d}", (1, 2, 2, 2, 3, 3, 2), (13, 2), (1, 4, 2, 3, 3, 2)))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    """Of some countries, whole or in fours."""
    country = draw(st.sampled_from(sorted(_COUNTRIES)))
    length, begins = _COUNTRIES[country]
    account = begins + draw(_digits(length - 4 - len(begins)))
    number = int("".join(str(int(char, 36)) for char in f"{account}{country}00"))
    return draw(_grouped(f"{country}{98 - number % 97:02d}{account}", (4,) * 7))


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Of several brands, whole or as they are embossed."""
    prefix = draw(st.sampled_from(sorted(_CARDS)))
    length = _CARDS[prefix]
    body = prefix + draw(_digits(length - 1 - len(prefix)))
    doubled = [int(c) * (2 - n % 2) for n, c in enumerate(reversed(body))]
    check = -sum(d - 9 * (d > 9) for d in doubled) % 10
    shape = (4, 4, 4, 4) if length == 16 else (4, 6, length - 10)
    return draw(_grouped(f"{body}{check}", shape))


@st.composite
def phones(draw: st.DrawFn) -> str:
    """At home and from abroad."""
    rest = draw(st.sampled_from("12345679")) + draw(_digits(8))
    if draw(st.booleans()):
        return draw(_grouped(f"0{rest}", (2, 2, 2, 2, 2), (4, 2, 2, 2), (4, 3, 3)))
    prefix = draw(st.sampled_from(["+33", "+33 ", "0033", "0033 ", "+33 (0)", "(+33) ", "+33.0"]))
    return prefix + draw(_grouped(rest, (1, 2, 2, 2, 2), (3, 3, 3)))


@st.composite
def plates(draw: st.DrawFn) -> str:
    """New ones with dashes, old ones with spaces, in capitals."""
    letters = st.text(_PLATE_LETTERS, min_size=2, max_size=2)
    if draw(st.booleans()):
        return f"{draw(letters)}-{draw(st.integers(1, 999)):03d}-{draw(letters)}"
    middle = draw(letters.filter(lambda pair: pair[0] in "QXZ"))  # no word begins so
    return f"{draw(st.integers(10, 9999))} {middle} {draw(st.sampled_from(['75', '2A', '971']))}"


@st.composite
def emails(draw: st.DrawFn) -> str:
    """Plain ones."""
    part = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=20)
    ends = draw(st.sampled_from(["fr", "com", "co.uk", "example"]))
    return f"{draw(part)}.{draw(part)}@{draw(part).replace('_', '-').strip('-') or 'x'}.{ends}"


KINDS = {
    "nir": nirs(),
    "iban": ibans(),
    "card": cards(),
    "phone": phones(),
    "plate": plates(),
    "email": emails(),
}
