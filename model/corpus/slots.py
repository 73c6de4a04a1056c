"""Fills a skeleton: `[one|another]` becomes one of them, `{slot}` an invented value."""

import random
import re

from model.corpus.data import lists

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


class Filler:
    """The values of one mail: the same slot has the same value wherever it stands in it."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._rng = rng
        self._lists = lists("slots", language)
        self._french = language == "fr"
        self._values: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """Resolve choices, inner ones first, then slots."""
        while found := _CHOICE.search(text):
            choice = self._rng.choice(found[1].split("|"))
            text = text[: found.start()] + choice + text[found.end() :]
        return _SLOT.sub(self._slot, text)

    def value(self, name: str) -> str:
        """The value of one slot in this mail."""
        if name not in self._values:
            self._values[name] = self._draw(name)
        return self._values[name]

    def _slot(self, found: re.Match[str]) -> str:
        return self.value(found[1])

    def _draw(self, name: str) -> str:
        base = name.rstrip("0123456789")
        maker = getattr(self, f"_make_{base}", None)
        if maker is not None:
            return str(maker())
        return self.fill(self._rng.choice(self._lists[base]))

    def _digits(self, count: int) -> str:
        return "".join(self._rng.choice("0123456789") for _ in range(count))

    def _make_contract(self) -> str:
        return self._pattern(self._lists["contract_form"])

    def _make_claimno(self) -> str:
        return self._pattern(self._lists["claim_form"])

    def _make_invoice(self) -> str:
        return self._pattern(("F#######", "20##-#####", "FA-####-###", "####/##"))

    def _pattern(self, forms: tuple[str, ...]) -> str:
        return re.sub("#", lambda _: self._digits(1), self._rng.choice(forms))

    def _make_date(self) -> str:
        day, month, year = self._rng.randint(1, 28), self._rng.randint(1, 12), self._year()
        word = self._lists["month"][month - 1]
        if not self._french:
            forms = (f"{day} {word} {year}", f"{word} {day}", f"{day:02}/{month:02}/{year}")
            return self._rng.choice((*forms, f"{year}-{month:02}-{day:02}"))
        ordinal = "1er" if day == 1 else str(day)
        forms = (f"{day:02}/{month:02}/{year}", f"{ordinal} {word} {year}", f"{ordinal} {word}")
        return self._rng.choice((*forms, f"{day:02}.{month:02}.{year % 100:02}"))

    def _year(self) -> int:
        return self._rng.randint(2021, 2026)

    def _make_year(self) -> str:
        return str(self._year())

    def _make_amount(self) -> str:
        whole, cents = self._rng.choice((39, 62, 87, 118, 154, 236, 312, 498, 745, 1180)), ""
        whole += self._rng.randint(0, 37)
        if self._rng.random() < 0.5:
            cents = f"{self._rng.choice(',.') if self._french else '.'}{self._digits(2)}"
        if self._french:
            return f"{whole}{cents}{self._rng.choice((' €', '€', ' euros', ' eur'))}"
        return self._rng.choice(
            (f"€{whole}{cents}", f"{whole}{cents} euros", f"EUR {whole}{cents}")
        )

    def _make_phone(self) -> str:
        start = self._rng.choice(("01 99 00", "02 61 91", "03 53 01", "04 65 71", "06 39 98"))
        number = f"{start} {self._digits(2)} {self._digits(2)}"
        return self._rng.choice((number, number.replace(" ", "."), number.replace(" ", "")))

    def _make_postcode(self) -> str:
        return f"{self._rng.randint(1, 95):02}{self._rng.choice(('000', '100', '200', '450'))}"

    def _make_plate(self) -> str:
        letters = "ABCDEFGHJKLMNPQRSTVWXYZ"
        pair = [self._rng.choice(letters) + self._rng.choice(letters) for _ in range(2)]
        return f"{pair[0]}-{self._digits(3)}-{pair[1]}"

    def _make_iban(self) -> str:
        groups = " ".join(self._digits(4) for _ in range(3))
        return f"FR76 {groups} XXXX XXXX {self._digits(3)}"

    def _make_number(self) -> str:
        return str(self._rng.randint(2, 9))

    def _make_years(self) -> str:
        return str(self._rng.randint(2, 34))

    def _make_km(self) -> str:
        return f"{self._rng.randint(4, 190)} 000"

    def _make_hour(self) -> str:
        hour, minute = self._rng.randint(6, 22), self._rng.choice((0, 10, 15, 30, 45))
        return f"{hour}h{minute:02}" if self._french else f"{hour}:{minute:02}"

    def _make_name(self) -> str:
        return f"{self.value('first')} {self.value('last')}"

    def _make_email(self) -> str:
        return self._rng.choice(
            (
                f"{{first}}.{{last}}@{self.value('domain')}",
                f"{{last}}{self._digits(2)}@{self.value('domain')}",
            )
        ).format(first=_ascii(self.value("first")), last=_ascii(self.value("last")))


def _ascii(name: str) -> str:
    plain = name.lower().translate(str.maketrans("éèêëàâîïôöûüç", "eeeeaaiioouuc"))
    return re.sub(r"[^a-z]", "", plain)
