"""Words of the pages as they stand in the table, for tests that read a page in any language."""

from api.words.i18n import words

LANGUAGE = {"zh-CN": 0, "en": 1}
"""What `lang` of a page says, and the column of the table."""


def said(page, key, *values):
    """The words of "SECTION.KEY" in the language a page is in, with `values` for its `{}`."""
    section, name = key.split(".")
    column = LANGUAGE[page.locator("html").get_attribute("lang")]
    text = words()[section][name][column]
    for value in values:
        text = text.replace("{}", str(value), 1)
    return text
