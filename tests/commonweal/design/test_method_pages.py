"""Pages on method link to each other, and every link is answered."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest

from commonweal.design.views import METHODS

pytestmark = pytest.mark.django_db
NAMES = sorted(path.stem for path in METHODS.glob("*.md"))


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_page_on_method_is_answered(name, client):
    address = f"/methods/{name}/"
    page = client.get(address).content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    links = {urljoin(address, link) for link in re.findall(r'href="([^"#]+)"', main)}
    within = sorted(link for link in links if link.startswith("/"))
    assert [link for link in within if client.get(link).status_code != 200] == []


def test_a_page_on_method_names_another_by_its_file():
    """So that the link also holds where the files themselves are read."""
    for name in NAMES:
        for link in re.findall(r"\]\(([^)]+)\)", (METHODS / f"{name}.md").read_text()):
            assert link.startswith("http") or (METHODS / link).exists(), (name, link)
