"""What a screen reader is told of every explorer: Chromium's accessibility tree, and what is announced when."""

import pytest

from tests.browser.test_explorers_in_jupyterlab import FRAME, READOUTS, middle
from tests.browser.test_gallery import explorers, gallery, lay, opened  # noqa: F401 (fixtures)
from tools.gallery import SCREENS

pytestmark = pytest.mark.browser

SPOKEN = """(root) => {
  window.heard = [];
  new MutationObserver(() => window.heard.push(root.querySelector("[role=status]").textContent))
    .observe(root.querySelector("[role=status]"), { childList: true, characterData: true, subtree: true });
}"""


def tree(page) -> dict[str, dict]:
    """All nodes that are not ignored, by id."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return {node["nodeId"]: node for node in nodes}


def inside(nodes: dict[str, dict], name: str) -> list[dict]:
    """The nodes of the explorer of that name, in their order."""
    (root,) = (node for node in nodes.values() if said(node) == ("group", name))
    found, left = [], [root]
    while left:
        node = left.pop(0)
        left = [nodes[each] for each in node.get("childIds", []) if each in nodes] + left
        found += [] if node["ignored"] else [node]
    return found[1:]


def said(node: dict) -> tuple[str, str]:
    """Role and name."""
    return node.get("role", {}).get("value", ""), node.get("name", {}).get("value", "")


def of_role(nodes: list[dict], role: str) -> list[dict]:
    return [node for node in nodes if said(node)[0] == role]


def told_of(node: dict, name: str):
    """A property of a node."""
    return next((each["value"].get("value") for each in node["properties"] if each["name"] == name), None)


@pytest.fixture(scope="module")
def before_and_after(opened):  # noqa: F811
    """The tree while the guesses are asked for, and when the truth lies over them."""
    before = tree(opened)
    for root in opened.locator(".vdm-explorer").all():
        lay(opened, root)
    return before, tree(opened)


@pytest.mark.parametrize("make", SCREENS)
def test_every_control_has_a_name_and_a_value_in_words(opened, before_and_after, explorers, make):  # noqa: F811
    texts = {text for knob in explorers[make].knobs for text in knob.texts}
    for nodes in before_and_after:
        nodes = inside(nodes, explorers[make].name)
        names = [said(each)[1] for each in of_role(nodes, "slider")]
        assert all(names) and len(set(names)) == len(names) >= 2
        assert all(said(each)[1] for each in of_role(nodes, "button"))
    sliders = opened.locator(f"#{make} .vdm-explorer").get_by_role("slider").all()
    assert len(sliders) == len(names)
    for each in sliders:  # the protocol has no words for a value, only its number
        assert each.get_attribute("aria-valuetext").split(" ")[-1] in texts


@pytest.mark.parametrize("make", SCREENS)
def test_every_picture_says_what_it_shows_and_the_numbers_with_it(opened, before_and_after, explorers, make):  # noqa: F811
    explorer = explorers[make]
    pictures = of_role(inside(before_and_after[1], explorer.name), "image")
    assert len(pictures) == len(explorer.panels)
    told = [each for each in explorer.readouts if each.when != "told"]
    for panel, picture in zip(explorer.panels, pictures, strict=True):
        words = said(picture)[1]
        assert words.startswith(f"{panel.title or panel.x_label or explorer.name}: ")
        assert all(f"{each.symbol} {each.texts.at(explorer.places)}{each.unit}" in words for each in told)


@pytest.mark.parametrize("make", SCREENS)
def test_numbers_are_announced_politely_and_when_the_hand_rests(opened, before_and_after, explorers, make):  # noqa: F811
    (status,) = of_role(inside(before_and_after[1], explorers[make].name), "status")
    assert told_of(status, "live") == "polite"
    root = opened.locator(f"#{make} .vdm-explorer")
    root.evaluate(SPOKEN)
    handle = root.locator('.vdm-handle[aria-disabled="false"]').first
    handle.scroll_into_view_if_needed()
    x, y = middle(handle)
    opened.mouse.move(x, y)
    opened.mouse.down()
    opened.mouse.move(x + 60, y - 30, steps=12)
    opened.mouse.move(x - 40, y + 20, steps=12)
    opened.evaluate(FRAME)
    assert opened.evaluate("() => window.heard") == []
    opened.mouse.up()
    opened.evaluate(FRAME)
    (heard,) = opened.evaluate("() => window.heard")
    for symbol, text in root.evaluate(READOUTS).items():
        assert f"{symbol} {text}" in heard.replace("_", "")
