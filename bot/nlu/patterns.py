"""What order numbers, claim numbers, e-mail addresses and postcodes look like, and some words of one meaning.

Five digits may be an order number, a Finnish postcode or a US ZIP code. Every reading is marked; the
question that was asked decides between them, and the database confirms.
"""

from __future__ import annotations

from typing import Any

ORDER, CLAIM, EMAIL, POSTCODE = "order_number", "claim_number", "email", "postcode"
FORM_FIELD, ASKED_LANGUAGE = "form_field", "asked_language"

TokenPattern = dict[str, Any]
Pattern = dict[str, Any]


def _token(regex: str) -> TokenPattern:
    return {"TEXT": {"REGEX": rf"(?i)^(?:{regex})$"}}


_DASH = {"TEXT": {"IN": ["-", "–", "/"]}}
_ORDER_WORD = {"LOWER": {"IN": ["order", "orders", "ord", "tilaus", "tilausnumero", "ref", "reference"]}}
_NUMBER_WORD = {"LOWER": {"IN": ["#", "number", "num", "no", "nro", "nr", "id"]}}
_LINK = {"LOWER": {"IN": [":", ".", "#", "is", "on"]}, "OP": "*"}
_WITH_DIGIT = _token(r"(?=\S*\d)[a-z0-9][a-z0-9/_-]{0,31}")
_LONG_WITH_DIGIT = _token(r"(?=\S*\d)[a-z0-9][a-z0-9/_-]{2,31}")

# A year alone is more often a date, yet it may be an order or a postcode: it keeps both readings.
_ORDER_NUMBERS: list[list[TokenPattern]] = [
    [_token(r"#?\d{4,12}")],
    [_token(r"#?[a-z]{1,5}[-/_]?\d{3,12}(?:[-/_]?[a-z0-9]{1,8})?")],
    [_token(r"\d{4,12}[-_][a-z0-9]{1,12}")],
    [_token(r"\d{4,12}"), _DASH, _token(r"\d{1,8}")],
    [_token(r"\d{1,6}[a-z]{1,4}\d{2,12}")],
    [{"TEXT": "#"}, _WITH_DIGIT],
    [_ORDER_WORD, _LONG_WITH_DIGIT],
    [_ORDER_WORD, _NUMBER_WORD, _LINK, _WITH_DIGIT],
    [_token(r"(?:order|ord|tilaus|no|nro|nr|num)[.:#]+[a-z0-9-]*\d[a-z0-9-]*")],
]
_CLAIM_NUMBERS: list[list[TokenPattern]] = [
    [_token(r"clm-\d{4}"), _DASH, _token(r"\d{3,8}")],
    [_token(r"clm-?\d{4}-?\d{3,8}")],
    [_token(r"clm"), {**_DASH, "OP": "?"}, _token(r"\d{4}"), {**_DASH, "OP": "?"}, _token(r"\d{3,8}")],
]
_EMAILS: list[list[TokenPattern]] = [[{"LIKE_EMAIL": True}]]
_POSTCODES: list[list[TokenPattern]] = [
    [_token(r"(?:fi-?|se-?|dk-?|no-?|de-?)?\d{4,5}")],
    [_token(r"\d{5}"), _DASH, _token(r"\d{4}")],
    [_token(r"\d{5}-\d{4}")],
    [_token(r"\d{3}"), _token(r"\d{2}")],
    [_token(r"\d{4}"), _token(r"[a-z]{2}")],
    [_token(r"\d{4}[a-z]{2}")],
    [_token(r"[a-z]{1,2}\d[a-z\d]?"), _token(r"\d[a-z]{2}")],
    [_token(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}")],
    [_token(r"[a-z]\d[a-z]"), _token(r"\d[a-z]\d")],
    [_token(r"[a-z]\d{2}"), _token(r"[a-z\d]{4}")],
]


def _words(*words: str, op: str = "{1}") -> TokenPattern:
    return {"LOWER": {"IN": list(words)}, "OP": op}


_WRONG = _words("wrong", "incorrect", "typo", "mistyped", "misspelled", "misspelt", "mistake")
_CHANGE = _words("change", "fix", "correct", "edit", "rewrite", "update")
_BETWEEN = _words("is", "was", "'s", "has", "had", "got", "a", "in", "it", op="{0,3}")
_WHICH = _words("the", "my", "that", "this", "e", "-", op="{0,4}")
# What customers call the fields of a form, and the name the form knows.
_FIELDS = {
    "email": _words("mail", "email", "e-mail", "emailaddress", "address"),
    "message": _words("message", "text", "wording"),
    "order_number": _words("number", "ordernumber"),
}
_LANGUAGES = {
    "en": _words("english", "englanti", "englantia", "englanniksi", "ingles"),
    "fi": _words("finnish", "suomi", "suomea", "suomeksi"),
    "fil": _words("filipino", "tagalog", "pilipino", "taglish"),
}


def _named(label: str, value: str, pattern: list[TokenPattern]) -> Pattern:
    """A pattern whose entity has this value instead of the words."""
    return {"label": label, "id": value, "pattern": pattern}


def _field_patterns(value: str, field: TokenPattern) -> list[Pattern]:
    """The field is wrong; a typo in the field; change the field."""
    phrases = [[field, _BETWEEN, _WRONG], [_WRONG, _BETWEEN, _WHICH, field], [_CHANGE, _WHICH, field]]
    return [_named(FORM_FIELD, value, phrase) for phrase in phrases]


def ruler_patterns() -> list[Pattern]:
    """All patterns in the form spaCy's span ruler takes."""
    groups = {ORDER: _ORDER_NUMBERS, CLAIM: _CLAIM_NUMBERS, EMAIL: _EMAILS, POSTCODE: _POSTCODES}
    numbers = [{"label": label, "pattern": pattern} for label, group in groups.items() for pattern in group]
    fields = [pattern for value, field in _FIELDS.items() for pattern in _field_patterns(value, field)]
    languages = [_named(ASKED_LANGUAGE, value, [words]) for value, words in _LANGUAGES.items()]
    return [*numbers, *fields, *languages]
