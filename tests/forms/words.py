"""Words of the national forms, as the forms print them."""

from __future__ import annotations

KIND_WORDS = {
    "111": "幼儿园",
    "211": "小学",
    "218": "小学教学点",
    "311": "初级中学",
    "312": "九年一贯制学校",
    "341": "完全中学",
    "342": "高级中学",
    "345": "十二年一贯制学校",
    "365": "职业高中学校",
    "514": "其他特教学校",
}
# The first two digits of a school's code, by its kind.
CATEGORY = {"1": "11", "2": "21", "311": "31", "312": "31", "341": "34", "342": "34", "345": "34", "365": "36"}
STAGES = {
    "111": ("kindergarten",),
    "211": ("primary",),
    "218": ("primary",),
    "311": ("junior",),
    "312": ("primary", "junior"),
    "341": ("junior", "senior"),
    "342": ("senior",),
    "345": ("primary", "junior", "senior"),
    "365": ("vocational",),
    "514": ("special",),
}
GRADES = {
    "kindergarten": (-3, -2, -1, 0),
    "primary": (1, 2, 3, 4, 5, 6),
    "junior": (7, 8, 9),
    "senior": (10, 11, 12),
    "vocational": (10, 11, 12),
    "special": (1, 2, 3, 4, 5, 6, 7, 8, 9),
}
STAGE_WORDS = {"primary": "小学", "junior": "初中", "senior": "普通高中"}
SETTING_WORDS = {
    "111": "主城区",
    "112": "城乡结合区",
    "121": "镇中心区",
    "122": "镇乡结合区",
    "123": "特殊区域",
    "210": "乡中心区",
    "220": "村庄",
}
NUMERALS = "一二三四五六七八九"
KINDERGARTEN_GRADES = {-3: "托班", -2: "小班", -1: "中班", 0: "大班"}
# The grade of children in kindergarten groups of several ages.
KINDERGARTEN_MIXED = 100
BAND_TOPS = (25, 30, 35, 40, 45, 50, 55, 60, 65)
BANDS = ("25人及以下", *(f"{top - 4}-{top}人" for top in BAND_TOPS[1:]), "66人及以上")
DEGREES = ("博士研究生", "硕士研究生", "本科", "专科", "高中阶段", "高中阶段以下")
TITLES = ("正高级", "副高级", "中级", "助理级", "员级", "未定职级")
AGES = ("24岁及以下", *(f"{low}-{low + 4}岁" for low in range(25, 60, 5)), "60岁及以上")
PRIMARY_SUBJECTS: tuple[str | tuple[str, str], ...] = (
    "道德与法治",
    "语文",
    "数学",
    ("外语", "英语"),
    ("外语", "日语"),
    ("外语", "俄语"),
    "科学",
    "体育与健康",
    ("艺术", "艺术"),
    ("艺术", "音乐"),
    ("艺术", "美术"),
    "信息科技",
    "劳动",
    "综合实践活动",
    "其他",
    "本学年不授课",
)
SECONDARY_SUBJECTS: tuple[str | tuple[str, str], ...] = (
    "道德与法治",
    "语文",
    "数学",
    ("外语", "英语"),
    ("外语", "日语"),
    ("外语", "俄语"),
    "历史与社会",
    "历史",
    "地理",
    "科学",
    "物理",
    "化学",
    "生物学",
    "信息科技",
    "通用技术",
    "劳动",
    "体育与健康",
    ("艺术", "艺术"),
    ("艺术", "音乐"),
    ("艺术", "美术"),
    "综合实践活动",
    "其他",
    "本学年不授课",
)
PE_AND_ARTS = ("体育与健康", "艺术", "音乐", "美术")
# Where the words of the forms before 2021 differ.
OLD_SUBJECTS = {
    "体育与健康": "体育",
    "信息科技": "信息技术",
    "生物学": "生物",
    "道德与法治": "思想品德（政治）",
}
PROVINCES = {"41": "河南省", "35": "福建省", "61": "陕西省", "15": "内蒙古自治区"}
PLACES = ("青石镇", "白杨乡", "柳河镇", "望岚街道", "云台镇", "石桥乡", "清水镇", "黄坪乡", "南岭镇", "北关街道")


def grade_word(grade: int, stage: str) -> str:
    """The grade as the forms of its stage count it: from one in every stage."""
    if stage == "kindergarten":
        return KINDERGARTEN_GRADES[grade]
    first = {"junior": 7, "senior": 10, "vocational": 10}.get(stage, 1)
    return f"{NUMERALS[grade - first]}年级"


def leaf(subject: str | tuple[str, str]) -> str:
    """The subject itself, without the group that a form sets it in."""
    return subject if isinstance(subject, str) else subject[1]
