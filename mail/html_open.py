"""Which elements are open at a point of a page, by the rules of HTML that matter to a reader.

Paragraphs, items, cells and rows end where the next one begins; an end tag closes what it names
unless a cell or a block lies between, as in the HTML standard's chapter on tree construction. No
tree is built: browsers' trees can take the square of a page's length, and gigabytes of it.
Everything that is opened is closed once, and what bars the way is known without looking for it.
"""

from dataclasses import dataclass

from mail.html_style import NOTHING, PLAIN, Look, Style, look_below
from mail.html_tags import BLOCKS
from mail.pattern import words

_HEADINGS = words("h1 h2 h3 h4 h5 h6")
_TABLE_PARTS = words("table tbody thead tfoot tr td th caption")
_CELLS = words("td th caption table object template applet marquee")
_BARRIERS = BLOCKS | _CELLS | words("button dir figcaption hgroup listing menu select summary xmp")
_CLOSE_P = (_BARRIERS - _CELLS - words("button select tbody tfoot thead tr")) | {"table"}
_FORMATTING = words("a b big code em font i nobr s small strike strong tt u")
_CLOSED_BY = {
    "li": ("li",),
    "dd": ("dd", "dt"),
    "dt": ("dd", "dt"),
    "option": ("option",),
}
_CLOSED_IN_TABLE = {
    "td": ("td", "th", "caption"),
    "th": ("td", "th", "caption"),
    "tr": ("tr", "td", "th", "caption"),
    **dict.fromkeys(
        ("tbody", "thead", "tfoot"), ("tbody", "thead", "tfoot", "tr", "td", "th", "caption")
    ),
}
_HOLDERS = {  # what lies between these and the start of a part was never within the table
    **dict.fromkeys(("td", "th"), ("table", "tbody", "thead", "tfoot", "tr")),
    "tr": ("table", "tbody", "thead", "tfoot"),
    **dict.fromkeys(("tbody", "thead", "tfoot"), ("table",)),
}
_LISTS = words("ul ol menu dir dl")
_FOREIGN = ("svg", "math")
_INTEGRATED = ("foreignobject", "desc", "mtext", "mi", "mo", "mn", "ms", "annotation-xml")
_BREAKS_OUT = BLOCKS | words("b big body br code em font i img span strong sub sup u")
_CLOSERS = {"a"} | _BREAKS_OUT | _CLOSE_P | _CLOSED_BY.keys() | _CLOSED_IN_TABLE.keys()
_REACH = 32  # elements above a formatting one that outlive it; more are closed with it


@dataclass(slots=True)
class Element:
    """An open element, and how text in it looks; ``ended`` once only what it holds is open.

    ``begun`` is the writer's: whether it wrote that the element begins.
    """

    tag: str
    style: Style
    look: Look
    ended: bool = False
    begun: bool = False


class OpenElements:
    """The stack of open elements. What a step closed is given innermost first."""

    def __init__(self) -> None:
        self.stack: list[Element] = []
        self.look = PLAIN
        self._by_name: dict[str, list[int]] = {}
        self._blocks: list[int] = []  # what inline end tags do not reach beyond
        self._cells: list[int] = []  # what the others do not
        self._lists: list[int] = []  # what the start of an item does not
        self._tables: list[int] = []  # what those of rows and cells do not

    def push(self, tag: str, style: Style) -> Element:
        """Open an element."""
        place = len(self.stack)
        if style is not NOTHING:
            self.look = look_below(self.look, style)
        element = Element(tag, style, self.look)
        self.stack.append(element)
        self._by_name.setdefault(tag, []).append(place)
        if tag in _BARRIERS:
            self._blocks.append(place)
            if tag in _CELLS:
                self._cells.append(place)
            if tag in _LISTS:
                self._lists.append(place)
            elif tag == "table":
                self._tables.append(place)
        return element

    def closed_before(self, tag: str) -> list[Element]:
        """Close what the start of ``tag`` ends."""
        if tag not in _CLOSERS or not self.stack:
            return []
        closed: list[Element] = []
        if "svg" in self._by_name or "math" in self._by_name:
            closed += self._leave_foreign(tag)
        if tag in _CLOSE_P and (place := self._place("p")) > _last(self._cells):
            closed += self._pop_from(place)
        if tag == "a":
            closed += self.closed_by("a")
        elif tag in _CLOSED_BY:
            bar = max(_last(self._cells), _last(self._lists))
            closed += self._close(_CLOSED_BY[tag], bar)
        elif tag in _CLOSED_IN_TABLE:
            closed += self._close(_CLOSED_IN_TABLE[tag], _last(self._tables))
            if self._tables:
                closed += self._pop_from(1 + max(map(self._place, _HOLDERS[tag])))
        return closed

    def closed_by(self, tag: str) -> list[Element]:
        """Close what the end tag of ``tag`` ends, perhaps nothing."""
        place = max(map(self._place, _HEADINGS)) if tag in _HEADINGS else self._place(tag)
        if place < 0:
            return []
        if tag in _TABLE_PARTS:
            return self._pop_from(place) if place >= _last(self._tables) else []
        if tag in _BARRIERS:
            return self._pop_from(place) if place >= _last(self._cells) else []
        if place > _last(self._blocks):
            return self._pop_from(place)
        if tag in _FORMATTING and place > _last(self._cells):
            return self._end_formatting(place)
        return []

    @property
    def innermost(self) -> str:
        """The name of the innermost open element; empty where none is."""
        return self.stack[-1].tag if self.stack else ""

    def is_open(self, tag: str) -> bool:
        """Whether an element of this name is."""
        return bool(self._by_name.get(tag))

    def _place(self, tag: str) -> int:
        places = self._by_name.get(tag)
        return places[-1] if places else -1

    def _leave_foreign(self, tag: str) -> list[Element]:
        """A page's own elements end a drawing or formula that was not closed."""
        place = max(map(self._place, _FOREIGN))
        within = tag not in _BREAKS_OUT or any(map(self.is_open, _INTEGRATED))
        return [] if within or place < 0 else self._pop_from(place)

    def _close(self, names: tuple[str, ...], bar: int) -> list[Element]:
        """Close the outermost of ``names`` that is open beyond ``bar``, and what it holds."""
        places = [place for name in names if (place := self._place(name)) > bar]
        return self._pop_from(min(places)) if places else []

    def _pop_from(self, place: int) -> list[Element]:
        if place >= len(self.stack) - 1:
            return [self._pop()] if place < len(self.stack) else []
        closed = self.stack[: place - 1 if place else None : -1]
        del self.stack[place:]
        for element in closed:
            if not element.ended:
                self._by_name[element.tag].pop()
        for barred in (self._blocks, self._cells, self._lists, self._tables):
            while barred and barred[-1] >= place:
                barred.pop()
        self.look = self.stack[-1].look if self.stack else PLAIN
        return closed

    def _pop(self) -> Element:
        """`_pop_from` for the innermost element, which is nearly always the one."""
        element = self.stack.pop()
        tag = element.tag
        if not element.ended:
            self._by_name[tag].pop()
        if tag in _BARRIERS:
            self._blocks.pop()
            if tag in _CELLS:
                self._cells.pop()
            if tag in _LISTS:
                self._lists.pop()
            elif tag == "table":
                self._tables.pop()
        self.look = self.stack[-1].look if self.stack else PLAIN
        return element

    def _end_formatting(self, place: int) -> list[Element]:
        """End ``<b>`` while a block within is open: the block goes on, without it."""
        if len(self.stack) - place > _REACH:
            return self._pop_from(place)
        ended = self.stack[place]
        self._by_name[ended.tag].pop()
        ended.ended, ended.style = True, NOTHING
        look = self.stack[place - 1].look if place else PLAIN
        for element in self.stack[place:]:
            look = element.look = look_below(look, element.style)
        self.look = look
        return []


def _last(places: list[int]) -> int:
    return places[-1] if places else -1
