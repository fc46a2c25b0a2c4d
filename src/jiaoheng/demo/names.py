"""Names of 望岚县's places and schools: invented, and put together from common parts."""

from __future__ import annotations

from jiaoheng.demo.draws import Draws

COUNTY = "望岚县"
SEAT_TOWN = "城关镇"

# From the county seat outwards: market towns first, the hill townships last.
TOWNS = (
    "青石镇", "岚水镇", "双泉镇", "河湾镇", "杨家集镇", "槐店镇", "古桥镇", "东岭镇", "龙潭镇", "西坪镇",
    "鹿鸣镇", "松坡镇", "柏树岭镇", "桃园乡", "云溪乡", "竹沟乡", "石梯沟乡",
)  # fmt: skip

COMMUNITIES = (
    "文昌", "书院", "东关", "西关", "南关", "北关", "岚城", "广场", "滨河", "凤鸣", "迎宾", "新城", "育才",
    "站前",
)  # fmt: skip

PRIVATE_KINDERGARTENS = (
    "小博士", "金色摇篮", "蓝天", "红苹果", "童心", "智慧树", "七彩阳光", "小天使", "启蒙", "春蕾", "百灵鸟",
    "星星河",
)  # fmt: skip

_FAMILIES = (
    "王李张刘陈杨赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡余杜叶程"
    "苏魏吕丁任姚卢崔钟谭陆汪范石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚"
    "邵万钱严覃武戴莫孔向汤"
)
_GROUND = "沟湾坪庄岭寨坡河洼岗楼营桥铺坳塬垭"
_KINDS = "青白红黑黄清石金银大小上下南北东西前后"
_THINGS = (
    "龙沟", "杨树", "柳湾", "槐坡", "松岭", "枣林", "竹园", "梨坪", "桃沟", "泉头", "溪口", "河滩", "石桥",
    "崖头", "庙坡", "窑湾", "井坪", "塘坊", "渡口", "滩头", "坪上", "岩寨", "水磨", "茶亭", "鹿角", "云台",
    "雁洼", "柏岭",
)  # fmt: skip


def villages(draws: Draws, count: int) -> list[str]:
    """``count`` different village names without the closing 村."""
    names: dict[str, None] = {}
    while len(names) < count:
        if draws.chance(0.55):
            name = f"{draws.pick(_FAMILIES)}家{draws.pick(_GROUND)}"
        else:
            name = f"{draws.pick(_KINDS)}{draws.pick(_THINGS)}"
        names.setdefault(name)
    return list(names)
