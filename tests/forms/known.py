"""A county that is known exactly: every class, teacher and room of which the forms give sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from forms.words import (
    AGES,
    BAND_TOPS,
    BANDS,
    CATEGORY,
    DEGREES,
    GRADES,
    KIND_WORDS,
    KINDERGARTEN_MIXED,
    PLACES,
    PRIMARY_SUBJECTS,
    PROVINCES,
    SECONDARY_SUBJECTS,
    SETTING_WORDS,
    STAGES,
    TITLES,
    leaf,
)

KINDS = ("211", "311", "312", "345", "341", "211", "218", "342", "111", "514", "365", "211")
MARKS = ("boarders", "migrants", "migrant_workers", "left_behind", "disabled")
DEGREE_WEIGHTS = {"primary": (0, 1, 8, 6, 2, 1), "junior": (0, 2, 9, 3, 1, 0), "senior": (1, 5, 12, 1, 0, 0)}


@dataclass(frozen=True)
class Class:
    """A class: its pupils by grade; more than one grade, or no grade of its own, makes it a multi-grade class."""

    pupils: dict[int, int]

    @property
    def size(self) -> int:
        return sum(self.pupils.values())

    @property
    def multigrade(self) -> bool:
        return len(self.pupils) > 1 or KINDERGARTEN_MIXED in self.pupils

    @property
    def band(self) -> str:
        return BANDS[sum(self.size > top for top in BAND_TOPS)]


@dataclass(frozen=True)
class Teacher:
    """A teacher, by what the forms cross."""

    degree: str
    subject: str
    title: str
    age: str
    woman: bool
    minority: bool


@dataclass(frozen=True)
class Stage:
    """A stage of a school; ``marked`` counts pupils by mark and grade, None where the school does not know them."""

    stage: str
    classes: tuple[Class, ...]
    marked: dict[str, dict[int, int] | None]
    women: dict[int, int]
    minority: dict[int, int]
    entrants: tuple[int, int, int, int]
    graduates: int
    teachers: tuple[Teacher, ...]
    backbone: int | None

    @property
    def grades(self) -> tuple[int, ...]:
        return GRADES[self.stage]

    def pupils(self, grade: int | None = None) -> int:
        return sum(n for one in self.classes for at, n in one.pupils.items() if grade in (None, at))

    def multigrade_pupils(self, grade: int | None = None) -> int:
        many = (one for one in self.classes if one.multigrade)
        return sum(n for one in many for at, n in one.pupils.items() if grade in (None, at))

    def single(self, grade: int) -> int:
        """Classes of this grade alone."""
        return self.count(lambda one: grade in one.pupils and not one.multigrade)

    def count(self, wanted: Callable[[Class], bool]) -> int:
        return sum(map(wanted, self.classes))

    def teaching(self, wanted: Callable[[Teacher], bool]) -> int:
        return sum(map(wanted, self.teachers))


@dataclass(frozen=True)
class School:
    """A school, whole: what its forms say of it, and the personal things that must never be kept."""

    school_id: str
    name: str
    kind: str
    setting: str
    place_code: str
    place: str
    private: bool
    built: tuple[int, int] | None
    counted: bool
    stages: tuple[Stage, ...]
    other_staff: tuple[int, int, int, int]
    rooms: dict[str, float | None]
    conditions: dict[str, float | None]
    head: str
    telephone: str
    mail: str

    @property
    def kind_word(self) -> str:
        return KIND_WORDS[self.kind]

    def stage(self, name: str) -> Stage | None:
        return next((one for one in self.stages if one.stage == name), None)

    @property
    def teachers(self) -> tuple[Teacher, ...]:
        return tuple(teacher for stage in self.stages for teacher in stage.teachers)

    @property
    def personal(self) -> tuple[str, str, str]:
        return self.head, self.telephone, self.mail


@dataclass(frozen=True)
class Known:
    """The county of one year; campuses stand in the county's export only."""

    seed: int
    year: int
    county_code: str
    county: str
    schools: tuple[School, ...]
    campuses: tuple[School, ...]


def known_county(seed: int, schools: int = 12, year: int | None = None) -> Known:
    """A county drawn from the seed; the first twelve schools are of every kind."""
    draw = Random(seed)
    code = draw.choice(tuple(PROVINCES)) + f"{draw.randrange(1, 30):02}{draw.randrange(21, 90)}"
    name = draw.choice(("望岚县", "青溪县", "白塔县", "临河县"))
    made = tuple(_school(draw, code, number, KINDS[number % len(KINDS)]) for number in range(schools))
    campuses = tuple(
        _school(draw, code, 500 + number, kind, counted=False) for number, kind in enumerate(("211", "311"))
    )
    return Known(seed, year or draw.choice((2024, 2025)), code, name, made, campuses)


def _school(draw: Random, county: str, number: int, kind: str, *, counted: bool = True) -> School:
    category = CATEGORY.get(kind) or ("51" if kind[0] == "5" else CATEGORY[kind[0]])
    place = draw.choice(PLACES)
    name = place + {"111": "幼儿园", "514": "特殊教育学校", "365": "职业高中"}.get(kind, "")
    name += {"2": f"第{number + 1}小学", "3": "" if kind == "365" else f"第{number + 1}中学"}.get(kind[0], "")
    if kind == "312":
        name = f"{place}第{number + 1}学校"
    setting = draw.choice(tuple(SETTING_WORDS))
    return School(
        school_id=f"{category}{county[:2]}{number * 37 + draw.randrange(1, 37):06}",
        name=name + ("" if counted else "（东校区）"),
        kind=kind,
        setting=setting,
        place_code=f"{county}{draw.randrange(100, 400)}{draw.randrange(1, 300):03}",
        place=place,
        private=draw.random() < 0.2,
        built=None if draw.random() < 0.1 else (draw.randrange(1905, 2024), draw.randrange(1, 13)),
        counted=counted,
        stages=tuple(_stage(draw, stage, kind) for stage in STAGES[kind]),
        other_staff=(draw.randrange(4), draw.randrange(4), draw.randrange(6), draw.randrange(2)),
        rooms=_rooms(draw),
        conditions=_conditions(draw),
        head="赵钱孙李周吴郑王冯陈褚卫"[number % 12] + draw.choice("明华国强丽芳") + draw.choice("军平英文"),
        telephone=f"139{draw.randrange(10**7, 10**8)}",
        mail=f"head{draw.randrange(10**5)}@example.cn",
    )


def _stage(draw: Random, stage: str, kind: str) -> Stage:
    small = kind == "218" or draw.random() < 0.15
    classes = tuple(_classes(draw, GRADES[stage], small and stage == "primary"))
    if stage == "kindergarten" and draw.random() < 0.5:
        classes += (Class({KINDERGARTEN_MIXED: draw.randint(5, 30)}),)
    pupils = {grade: sum(one.pupils.get(grade, 0) for one in classes) for grade in GRADES[stage]}
    first = pupils[GRADES[stage][0]]
    entrants = sorted(draw.randint(0, first) for _ in range(3))
    return Stage(
        stage=stage,
        classes=classes,
        marked=_marked(draw, pupils),
        women={grade: draw.randint(0, n) for grade, n in pupils.items()},
        minority={grade: draw.randint(0, n // 3) for grade, n in pupils.items()},
        entrants=(entrants[0], entrants[1] - entrants[0], entrants[2] - entrants[1], first - entrants[2]),
        graduates=draw.randrange(200),
        teachers=tuple(_teacher(draw, stage) for _ in range(draw.randint(2, 40))),
        backbone=None if draw.random() < 0.15 else draw.randrange(9),
    )


def _classes(draw: Random, grades: tuple[int, ...], multigrade: bool) -> list[Class]:
    if multigrade:
        found = [Class({grades[0]: draw.randint(1, 12), grades[1]: draw.randint(1, 12)})]
        rest = grades[2:] if draw.random() < 0.7 else grades[:1] + grades[2:]
        return found + [Class({grade: draw.randint(1, 28)}) for grade in rest if draw.random() < 0.9]
    sizes = [
        draw.choices((draw.randint(3, 30), draw.randint(26, 55), draw.randint(50, 72)), (2, 6, 1))[0] for _ in grades
    ]
    return [
        Class({grade: max(1, size + draw.randint(-4, 4))})
        for grade, size in zip(grades, sizes, strict=True)
        for _ in range(draw.choice((1, 1, 2, 3, 5)))
    ]


def _marked(draw: Random, pupils: dict[int, int]) -> dict[str, dict[int, int] | None]:
    marked: dict[str, dict[int, int] | None] = {
        mark: None
        if draw.random() < 0.12
        else {grade: draw.choice((0, draw.randint(0, n // 2))) for grade, n in pupils.items()}
        for mark in MARKS
    }
    outer = marked["migrants"]
    # Migrant workers' children are among all migrant children.
    marked["migrant_workers"] = outer and {grade: draw.randint(0, n) for grade, n in outer.items()}
    return marked


def _teacher(draw: Random, stage: str) -> Teacher:
    subjects = PRIMARY_SUBJECTS if stage in ("primary", "kindergarten", "special") else SECONDARY_SUBJECTS
    return Teacher(
        degree=draw.choices(DEGREES, DEGREE_WEIGHTS.get(stage, DEGREE_WEIGHTS["primary"]))[0],
        subject=leaf(draw.choice(subjects)),
        title=draw.choices(TITLES, (1, 4, 7, 6, 1, 2))[0],
        age=draw.choice(AGES),
        woman=draw.random() < 0.6,
        minority=draw.random() < 0.1,
    )


def _known_or_not(draw: Random, value: float) -> float | None:
    return None if draw.random() < 0.08 else value


def _rooms(draw: Random) -> dict[str, float | None]:
    """Square metres of rooms for teaching; the whole is written by hand in the forms, as it is rarely the sum."""
    indoor = _known_or_not(draw, draw.choice((0, draw.randint(80, 1500))))
    named = {
        name: draw.randint(0, 900) for name in ("普通教室", "专用教室", "实验室", "图书室", "微机室", "心理辅导室")
    }
    whole = sum(named.values()) + (indoor or 0) + draw.choice((0, 0.5, 12.25))
    return {
        **named,
        "室内体育用房": indoor,
        "教学及辅助用房": _known_or_not(draw, whole),
        "行政办公用房": 300,
        "生活用房": 450,
    }


def _conditions(draw: Random) -> dict[str, float | None]:
    equipment = draw.choice((0, draw.randint(10**3, 9 * 10**4) * 100, draw.randint(10, 900) * 10**4))
    return {
        "sports_ground_area": _known_or_not(
            draw, draw.choice((draw.randint(200, 20000), draw.randint(2000, 90000) / 10))
        ),
        "books": _known_or_not(draw, draw.randint(0, 90000)),
        "multimedia_rooms": _known_or_not(draw, draw.randint(0, 90)),
        "equipment_value": _known_or_not(draw, equipment),
        "computers": _known_or_not(draw, draw.randint(0, 400)),
        "tablets": draw.randint(0, 60),
        "grounds": draw.randint(20000, 90000),
        "green": draw.randint(0, 5000),
        "rooms": draw.randint(90, 140),
        "pitches": draw.randint(0, 9),
    }
