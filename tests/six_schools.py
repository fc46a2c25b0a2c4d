"""A county of six schools, small enough to be worked out by hand; the arithmetic stands beside each figure.

A  primary, 400 pupils, and its campus A2, 100, counted with it (是否计校数 = 否): 500 pupils
B  teaching point under A, 60 pupils, in a village
C  junior secondary, 600 pupils
D  nine-year school, 300 primary + 200 junior; shares 300 : 1.1×200 = 300 : 220 of 520
E  complete secondary, 500 junior + 400 senior; shares 500 : 1.2×400 = 500 : 480 of 980
F  twelve-year school, 200 + 100 + 100; shares 200 : 1.1×100 : 1.32×100 = 200 : 110 : 132 of 442
and G, a special school of 40 pupils, which the seven indicators leave out.
"""

from __future__ import annotations

from typing import Any

from jiaoheng.county import County, build

YEAR = 2025


def rows() -> dict[str, list[dict[str, Any]]]:
    schools = [
        ("A", "甲小学", "211", None, True, "121", 1995),
        ("A2", "甲小学分校", "211", "A", False, "121", 2018),
        ("B", "乙教学点", "218", "A", True, "220", 1988),
        ("C", "丙初级中学", "311", None, True, "121", 2005),
        ("D", "丁九年一贯制学校", "312", None, True, "210", 2001),
        ("E", "戊中学", "341", None, True, "111", 1980),
        ("F", "己学校", "345", None, True, "111", 2019),
        ("G", "庚特殊教育学校", "514", None, True, "111", 2010),
    ]
    # Pupils by grade: they add up to the stage totals above; two classes a grade but in B (one) and E, F senior.
    grades = {
        "A": {1: 70, 2: 70, 3: 65, 4: 65, 5: 65, 6: 65},
        "A2": {1: 20, 2: 20, 3: 15, 4: 15, 5: 15, 6: 15},
        "B": {1: 15, 2: 15, 3: 10, 4: 10, 5: 5, 6: 5},
        "C": {7: 200, 8: 200, 9: 200},
        "D": {1: 50, 2: 50, 3: 50, 4: 50, 5: 50, 6: 50, 7: 70, 8: 70, 9: 60},
        "E": {7: 170, 8: 170, 9: 160, 10: 140, 11: 130, 12: 130},
        "F": {1: 34, 2: 34, 3: 33, 4: 33, 5: 33, 6: 33, 7: 34, 8: 33, 9: 33, 10: 34, 11: 33, 12: 33},
        "G": {1: 20, 4: 20},
    }
    classes = {"A": 2, "A2": 1, "B": 1, "C": 4, "D": 2, "E": 4, "F": 1, "G": 2}
    # teaching area (with indoor sports), indoor sports, grounds, equipment, multimedia, music rooms, art rooms
    facilities = {
        "A": (2300.0, 200.0, 3000.0, 800_000.0, 10, 1, 1),
        "A2": (400.0, 0.0, 550.0, 200_000.0, 2, 1, 1),
        "B": (240.0, 0.0, 450.0, 120_000.0, 2, 0, 0),
        "C": (3600.0, 120.0, 6000.0, 1_500_000.0, 15, 1, 1),
        "D": (2600.0, 0.0, 5200.0, 1_300_000.0, 13, 2, 2),
        "E": (5880.0, 0.0, 10_000.0, 2_450_000.0, 25, 2, 2),
        "F": (2210.0, 0.0, 4420.0, 1_105_000.0, 12, 1, 1),
    }
    # teachers, above the required degree, backbone, PE and arts, shared PE and arts
    staff = {
        ("A", "primary"): (22, 17, 4, 4, 0),
        ("A2", "primary"): (6, 4, 1, 1, 0),
        ("B", "primary"): (5, 2, 0, 0, 1),
        ("C", "junior"): (45, 32, 6, 6, 0),
        ("D", "primary"): (18, 13, 3, 3, 0),
        ("D", "junior"): (15, 10, 2, 2, 0),
        ("E", "junior"): (38, 27, 5, 5, 0),
        ("E", "senior"): (34, 30, 6, 4, 0),
        ("F", "primary"): (12, 9, 2, 2, 0),
        ("F", "junior"): (9, 6, 1, 1, 0),
        ("F", "senior"): (9, 8, 2, 1, 0),
    }
    return {
        "county": [{"county_code": "410998", "name": "六校县"}],
        "schools": [
            {
                "school_id": code,
                "name": name,
                "kind": kind,
                "parent_id": parent,
                "counted": counted,
                "setting": setting,
                "built_year": built,
            }
            for code, name, kind, parent, counted, setting, built in schools
        ],
        "enrolment": [
            {"school_id": school, "year": YEAR, "grade": grade, "pupils": pupils, "classes": classes[school]}
            for school, by_grade in grades.items()
            for grade, pupils in by_grade.items()
        ],
        "classes": [
            {"school_id": school, "year": YEAR, "grade": grade, "class_no": str(number + 1), "pupils": size}
            for school, by_grade in grades.items()
            for grade, pupils in by_grade.items()
            for number, size in enumerate(_even(pupils, classes[school]))
        ],
        "facilities": [
            {
                "school_id": school,
                "year": YEAR,
                "teaching_area": area,
                "indoor_sports_area": indoor,
                "sports_ground_area": ground,
                "equipment_value": equipment,
                "multimedia_rooms": rooms,
                "music_rooms": music,
                "art_rooms": art,
            }
            for school, (area, indoor, ground, equipment, rooms, music, art) in facilities.items()
        ],
        "staff": [
            {
                "school_id": school,
                "year": YEAR,
                "stage": stage,
                "teachers": teachers,
                "above_required_degree": above,
                "backbone": backbone,
                "pe_arts": arts,
                "pe_arts_shared": shared,
                "certified": teachers,
                "trained_360h": teachers,
            }
            for (school, stage), (teachers, above, backbone, arts, shared) in staff.items()
        ],
        "finance": [
            {"subject_id": subject, "year": YEAR, "item": item, "amount": amount}
            for subject, item, amount in (
                ("410998", "quota_primary", 720.0),
                ("410998", "quota_junior", 940.0),
                ("410998", "teacher_pay", 98_000.0),
                ("410998", "civil_servant_pay", 97_500.0),
                ("B", "operating_funds", 72_000.0),  # 72 000 ÷ 720 = 100 pupils: funded as the rule wants
                ("G", "operating_funds", 280_000.0),  # 280 000 ÷ 40 = 7 000 yuan a pupil
            )
        ],
    }


def county() -> County:
    return build(rows())


def _even(pupils: int, classes: int) -> list[int]:
    """Pupils dealt out to classes as evenly as can be."""
    return [pupils // classes + (number < pupils % classes) for number in range(classes)]


# Values by item: {(school, stage): figure}. P primary, J junior.
P, J = "primary", "junior"
VALUES = {
    "1.1": {  # teachers above the required degree per 100 pupils; standard 4.2 and 5.3
        ("A", P): 4.2,  # (17 + 4) ÷ 500 × 100
        ("B", P): 10 / 3,  # 2 ÷ 60 × 100 = 3.333, below the floor of 3.57
        ("D", P): 13 / 3,  # 13 ÷ 300 × 100 = 4.333
        ("F", P): 4.5,  # 9 ÷ 200 × 100
        ("C", J): 16 / 3,  # 32 ÷ 600 × 100 = 5.333
        ("D", J): 5.0,  # 10 ÷ 200 × 100, between the floor of 4.505 and 5.3
        ("E", J): 5.4,  # 27 ÷ 500 × 100
        ("F", J): 6.0,  # 6 ÷ 100 × 100
    },
    "1.2": {  # backbone teachers per 100 pupils; standard 1
        ("A", P): 1.0,  # (4 + 1) ÷ 500
        ("B", P): 0.0,
        ("D", P): 1.0,
        ("F", P): 1.0,
        ("C", J): 1.0,
        ("D", J): 1.0,
        ("E", J): 1.0,
        ("F", J): 1.0,
    },
    "1.3": {  # PE and arts teachers per 100 pupils; standard 0.9
        ("A", P): 1.0,
        ("B", P): 0.0,
        ("D", P): 1.0,
        ("F", P): 1.0,
        ("C", J): 1.0,
        ("D", J): 1.0,
        ("E", J): 1.0,
        ("F", J): 1.0,
    },
    "1.4": {  # teaching rooms without indoor sports, ㎡ per pupil; standard 4.5 and 5.8
        ("A", P): 5.0,  # (2300 + 400 − 200) ÷ 500
        ("B", P): 4.0,  # 240 ÷ 60, between the floor of 3.825 and 4.5
        ("D", P): 5.0,  # 2600 × 300/520 = 1500; ÷ 300
        ("F", P): 5.0,  # 2210 × 200/442 = 1000; ÷ 200
        ("C", J): 5.8,  # (3600 − 120) ÷ 600: exactly the standard
        ("D", J): 5.5,  # 2600 × 220/520 = 1100; ÷ 200: between 4.93 and 5.8
        ("E", J): 6.0,  # 5880 × 500/980 = 3000; ÷ 500
        ("F", J): 5.5,  # 2210 × 110/442 = 550; ÷ 100
    },
    "1.5": {  # sports grounds and halls, ㎡ per pupil; standard 7.5 and 10.2
        ("A", P): 7.5,  # (3000 + 550 + 200) ÷ 500
        ("B", P): 7.5,  # 450 ÷ 60
        ("D", P): 10.0,  # 5200 × 300/520 = 3000; ÷ 300
        ("F", P): 10.0,  # 4420 × 200/442 = 2000; ÷ 200
        ("C", J): 10.2,  # (6000 + 120) ÷ 600
        ("D", J): 11.0,  # 5200 × 220/520 = 2200; ÷ 200
        ("E", J): 500 / 49,  # 10000 × 500/980 = 5102.04; ÷ 500 = 10.204
        ("F", J): 11.0,  # 4420 × 110/442 = 1100; ÷ 100
    },
    "1.6": {  # equipment, yuan per pupil; standard 2000 and 2500
        ("A", P): 2000.0,  # (800 000 + 200 000) ÷ 500
        ("B", P): 2000.0,
        ("D", P): 2500.0,  # 1 300 000 ÷ 520 = 2500 a weighted pupil
        ("F", P): 2500.0,  # 1 105 000 ÷ 442
        ("C", J): 2500.0,
        ("D", J): 2750.0,  # 2500 × 1.1
        ("E", J): 2500.0,  # 2 450 000 ÷ 980
        ("F", J): 2750.0,
    },
    "1.7": {  # multimedia rooms per 100 pupils; standard 2.3 and 2.4
        ("A", P): 2.4,  # 12 ÷ 500
        ("B", P): 10 / 3,
        ("D", P): 2.5,  # 13 ÷ 520
        ("F", P): 1200 / 442,  # 2.715
        ("C", J): 2.5,
        ("D", J): 2.75,
        ("E", J): 2500 / 980,  # 2.551
        ("F", J): 1320 / 442,  # 2.986
    },
}

# Coefficients worked with pencil for the two-valued cases: with a share q of pupils one step away from the rest,
# s = step × √(q (1 − q)). Primary has 500 + 60 + 300 + 200 = 1060 pupils, B is q = 60/1060, √(q(1−q)) = 0.231085.
COEFFICIENTS = {
    ("1.2", P): 0.244949,  # step 1, mean 1000/1060 = 0.943396; 0.231085 ÷ 0.943396
    ("1.2", J): 0.0,
    ("1.3", P): 0.244949,
    ("1.4", P): 0.046746,  # step 1, mean 5240/1060 = 4.943396; 0.231085 ÷ 4.943396
    # A and B (560 pupils) have 2000, D and F (500) have 2500: q = 500/1060, step 500, mean 2 370 000/1060 = 2235.849
    ("1.6", P): 0.111631,
    # 1.1 primary: mean 45/1060 × 100 = 4.245283; deviations −0.045283, −0.911950, 0.088050, 0.254717;
    # (500×0.0020506 + 60×0.8316529 + 300×0.0077529 + 200×0.0648807) ÷ 1060 = 0.0624777; √ = 0.249955; ÷ 4.245283
    ("1.1", P): 0.058878,
}

# Met, between floor and standard, failed; 6 met and none failed passes.
VERDICTS = {
    ("A", P): (7, 0, 0, "meets"),
    ("B", P): (3, 1, 3, "fails"),  # 1.1, 1.2, 1.3 failed, 1.4 between
    ("D", P): (7, 0, 0, "meets"),
    ("F", P): (7, 0, 0, "meets"),
    ("C", J): (7, 0, 0, "meets"),
    ("D", J): (5, 2, 0, "fails"),  # 1.1 and 1.4 both below the standard: only one may be
    ("E", J): (7, 0, 0, "meets"),
    ("F", J): (6, 1, 0, "meets"),  # 1.4 at 5.5 ≥ 4.93 is the one that may be missed
}
