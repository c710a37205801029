"""The pages of a demo district as files that need no hub: each as .html, and as a picture where there is a Chromium."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from kqdesk.hub_app import OpenHub

WIDTH, LEAST_HIGH, TALLEST = 1366, 768, 2200
"""Of a picture: as wide as the smallest screen, as high as the page needs."""
_SECONDS = 60
PAGES = {
    "总览": "/cockpit", "分解下达": "/cockpit/shares", "全部数字": "/figures", "社会培训": "/figures/social_training",
    "一所学校": "/cockpit/schools/{school}", "一所学校的社会培训": "/cockpit/schools/{school}/social_training",
    "上报的报表": "/cockpit/schools/{school}/reports/{report}", "供给清单": "/lists", "需求清单": "/lists/demand",
    "政策清单": "/lists/policy", "匹配": "/lists/match", "夜校课表": "/night", "课表一天": "/night/{day}", "师资共享": "/trainers",
    "跨镇重复": "/duplicates", "证书审核": "/certificates", "证书审核一校": "/certificates/{reviewed}", "奖补": "/subsidies",
    "奖补一批": "/subsidies/{batch}", "督查": "/supervision", "督查任务": "/supervision/{task}",
    "督查任务（过期）": "/supervision/{overdue}", "布置督查": "/supervision/new", "部门填报": "/departments",
    "部门填报一份": "/departments/{return}", "部门填报对照": "/departments/beside/{period}", "规则包": "/packs",
    "已发规则包": "/packs/{pack}", "规则包草案": "/packs/{draft}", "学校与电脑": "/schools", "一所学校的电脑": "/schools/{school}",
}  # fmt: skip
"""What an officer sees. In braces: what ``places_to_see`` and its like found."""
PUBLIC = {"登录": "/sign-in", "证书验证": "/v", "证书验证结果": "/v/{square}", "满意度问卷": "/s/{form}"}
"""What anybody sees."""


def save_pages(
    hub: "OpenHub", officer: str, password: str, folder: Path, seen: Mapping[str, str]
) -> list[str]:
    """Every page as the officer sees it, then those anybody sees; names of the files. ``seen``: for their addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "static").mkdir(exist_ok=True)
    texts = asyncio.run(_ask(hub, officer, password, seen))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    made = []
    for name, body in texts.items():
        path = folder / name
        path.write_bytes(body)
        if path.suffix == ".html":
            made.append(path.name)
            if chromium and _picture(chromium, path):
                made.append(f"{path.stem}.png")
    return made


async def _ask(hub: "OpenHub", officer: str, password: str, seen: Mapping[str, str]) -> dict[str, bytes]:
    import httpx

    base = "https://hub.example"
    paths = {name: path.format_map(seen) for name, path in {**PAGES, **PUBLIC}.items()}
    found: dict[str, bytes] = {}
    transport = httpx.ASGITransport(hub.app(), raise_app_exceptions=False)
    async with (
        httpx.AsyncClient(transport=transport, base_url=base) as client,
        httpx.AsyncClient(transport=transport, base_url=base) as anybody,
    ):
        given = {"name": officer, "password": password}
        await client.post("/sign-in", data=given, headers={"Origin": base})
        for name, path in paths.items():
            answer = await (anybody if name in PUBLIC else client).get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            for kept in re.findall(r'"/static/([0-9a-z.]+)"', answer.text):
                if f"static/{kept}" not in found:
                    found[f"static/{kept}"] = (await client.get(f"/static/{kept}")).content
            found[f"{name}.html"] = _beside(answer.text, paths).encode("utf-8")
    return found


def _beside(text: str, paths: Mapping[str, str]) -> str:
    """A page whose links lead to the other files, as far as there are any."""
    files = {escape(path): quote(f"{name}.html") for name, path in paths.items()}
    text = re.sub(r'href="(/[^"]*)"', lambda link: f'href="{files.get(link[1], link[1])}"', text)
    return text.replace('"/static/', '"static/')


def _picture(chromium: str, page: Path) -> bool:
    """Whether Chromium could take it; a demo without pictures is a demo, too."""
    path = page.with_suffix(".png")
    asked = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={WIDTH},{TALLEST}",
        "--virtual-time-budget=2000", f"--screenshot={path}", page.as_uri(),
    ]  # fmt: skip
    try:
        subprocess.run(asked, check=False, capture_output=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    if path.exists():
        _trim(path)
    return path.exists()


def _trim(path: Path) -> None:
    """Cut off what lies empty below the page."""
    from PIL import Image, ImageChops

    with Image.open(path) as opened:
        whole = opened.convert("RGB")
    width, height = whole.size
    empty = whole.crop((0, height - 1, width, height)).resize((width, height))
    box = ImageChops.difference(whole, empty).getbbox()
    end = min(height, max(LEAST_HIGH, (box[3] if box else 0) + 24))
    whole.crop((0, 0, width, end)).save(path)
