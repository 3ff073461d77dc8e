"""Names of made-up streets, estates, schools, shops and people, by combination."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

AVENUES_NS = ("解放", "人民", "中山", "和平", "通江", "晋陵", "龙城", "丽华", "飞龙", "兰陵")
AVENUES_WE = ("建设", "迎宾", "长江", "延政", "劳动", "关河", "竹林", "青年", "世纪", "东方")
ROADS = (
    "文昌", "武宁", "常新", "新丰", "光华", "健身", "永宁", "同济", "红梅", "博爱", "清凉", "翠竹",
    "广化", "怀德", "勤业", "花园", "三堡", "紫荆", "玉龙", "锦绣", "星园", "清潭", "白云", "北塘",
    "大仓", "吊桥", "工人", "新市", "朝阳", "虹桥", "凤凰", "采菱", "五星", "永红", "茶山", "雕庄",
    "青龙", "北环", "南环", "东环", "西环", "丹枫", "芦墅", "浦前", "浦陵", "东坡", "荆川", "吴桥",
)  # fmt: skip
FIRST = "青桂柳竹梅兰荷莲枫松柏杏桃槐榆梧锦绣双东西半古大小后前正"
SECOND = "果花园井桥塘庙坊衣市梓云仁德兴福善义和安"
LANE_ENDS = ("巷", "里", "弄", "街")
ESTATES = ("花苑", "新村", "家园", "公寓", "名邸", "雅居")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红鹏飞"
COOKING = (
    "川菜馆",
    "面馆",
    "酒家",
    "小吃店",
    "火锅店",
    "食堂",
    "快餐店",
    "饭店",
    "茶餐厅",
    "烧烤店",
)


class Names:
    """Draws names without repeating one; numbers them when the lists run out."""

    def __init__(self, rng: random.Random) -> None:
        """Shuffle the lists by `rng`."""
        pairs = [a + b for a, b in product(FIRST, SECOND)]
        self._lists = {
            "lane": _shuffled([a + rng.choice(LANE_ENDS) for a in pairs], rng),
            "estate": _shuffled([a + rng.choice(ESTATES) for a in pairs], rng),
            "road": _shuffled([a + "路" for a in ROADS], rng),
            "avenue_ns": list(AVENUES_NS),
            "avenue_we": list(AVENUES_WE),
            "shop": _shuffled([a + rng.choice(COOKING) for a in pairs], rng),
            "person": _shuffled(
                [s + g + (rng.choice(GIVEN) if rng.random() < 0.6 else "")
                 for s, g in product(SURNAMES, GIVEN)], rng),
        }  # fmt: skip
        self._drawn = dict.fromkeys(self._lists, 0)

    def draw(self, kind: str) -> str:
        """Next name of a kind: lane, estate, road, avenue_ns, avenue_we, shop, person."""
        names, drawn = self._lists[kind], self._drawn[kind]
        self._drawn[kind] += 1
        lap, place = divmod(drawn, len(names))
        return names[place] if not lap else f"{names[place]}{lap + 1}"


def _shuffled(names: list[str], rng: random.Random) -> list[str]:
    rng.shuffle(names)
    return names
