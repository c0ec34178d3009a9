"""The studio's page for everyone: by axe-core, whose findings screen readers and eyes confirm."""

import pytest
from page_kit import NEEDS, generate

pytestmark = NEEDS
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def axe() -> str:
    base = pytest.importorskip(
        "axe_playwright_python.base", reason="needs `pip install axe-playwright-python`"
    )
    return str(base.AXE_SCRIPT) if hasattr(base, "AXE_SCRIPT") else base.AxeBase().axe_script


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, axe, theme):
    generate(page)
    page.evaluate(
        """(theme) => {
            studio.store.view({ theme });
            for (const panel of document.querySelectorAll('details')) panel.open = true;
        }""",
        theme,
    )
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    serious = [
        (one["id"], one["help"], [node["html"][:120] for node in one["nodes"]])
        for one in found
        if one["impact"] in SERIOUS
    ]
    assert serious == []
