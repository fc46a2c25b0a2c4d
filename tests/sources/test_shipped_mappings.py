"""The mappings that come with the program read the tables of other systems, and tell which table is theirs."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from jiaoheng.county import Batch
from jiaoheng.sources import SourceError, read, read_with, suggest
from jiaoheng.sources.mapping import load, mapping_file, names, title

SCHOOLS = {
    "schools": [
        {"school_id": "2141000001", "name": "青石镇中心小学", "kind": "211"},
        {"school_id": "3141000002", "name": "望岚县第一中学", "kind": "311"},
    ]
}


def through(folder: Path, name: str, files: dict[str, str], *, year: int | None = 2025) -> Batch:
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    given = {} if year is None else {"year": year}
    return read_with(folder, [name], given=given, known=SCHOOLS)


def rows(batch: Batch, table: str) -> list[dict[str, object]]:
    return [{name: value for name, value in row.values.items() if value is not None} for row in batch.rows[table]]


def codes(batch: Batch) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.origin.row) for problem in batch.problems]


@pytest.mark.parametrize("name", names())
def test_every_mapping_is_without_slips_and_has_a_title(name: str) -> None:
    spec = load(mapping_file(name))
    assert title(name).zh
    assert title(name).en
    assert spec.feeds
    persons = [source for source in spec.sources.values() if source.persons]
    for feed in spec.feeds:
        if spec.sources[feed.source] in persons and feed.into != "teachers":
            assert feed.counts, "rows of pupils are only ever counted"


class TestPupils:
    HEADERS = (
        "全国学籍号,姓名,身份证件号,学校（机构）标识码,学校名称,年级,班级名称,性别,就读方式,"
        "是否进城务工人员随迁子女,是否留守儿童,残疾人类型,学生状态"
    )

    def test_a_register_becomes_pupils_of_classes_and_grades(self, tmp_path: Path) -> None:
        text = "\n".join([
            self.HEADERS,
            "G1,王一,110,2141000001,青石镇中心小学,小学2023级,1班,男,1-走读,1-是,0-非留守儿童,无残疾,在校",
            "G2,王二,111,2141000001,青石镇中心小学,小学2023级,1班,女,住校,否,双亲留守儿童,无残疾,在校",
            "G3,王三,112,2141000001,青石镇中心小学,小学2023级,2班,女,2,0,1,3-言语残疾,在校",
            "G4,王四,113,2141000001,青石镇中心小学,五年级,(1)班,女,走读,是,0,无,在校",
            "G5,王五,114,2141000001,青石镇中心小学,五年级,(1)班,女,走读,是,0,无,休学",
            "",
        ])  # fmt: skip
        batch = through(tmp_path, "student-register", {"学生.csv": text})
        assert codes(batch) == [("mapping_left_out", None)]
        at = {"school_id": "2141000001", "year": 2025}
        assert rows(batch, "classes") == [
            {**at, "grade": 3, "class_no": "1班", "pupils": 2},
            {**at, "grade": 3, "class_no": "2班", "pupils": 1},
            {**at, "grade": 5, "class_no": "(1)班", "pupils": 1},
        ]
        assert rows(batch, "enrolment") == [
            {**at, "grade": 3, "classes": 2, "pupils": 3, "boarders": 2, "migrant_children": 1}
            | {"left_behind_children": 2, "disabled_children": 1},
            {**at, "grade": 5, "classes": 1, "pupils": 1, "boarders": 0, "migrant_children": 1}
            | {"left_behind_children": 0, "disabled_children": 0},
        ]

    def test_a_short_list_with_the_names_of_schools_is_enough(self, tmp_path: Path) -> None:
        text = (
            "学生姓名,就读学校,学段,年级,学年\n甲,望岚县第一中学,初中,七年级,2024\n乙,望岚县第一中学,初中,2023级,2024\n"
        )
        batch = through(tmp_path, "student-register", {"a.csv": text}, year=None)
        at = {"school_id": "3141000002", "year": 2024}
        assert rows(batch, "enrolment") == [{**at, "grade": 7, "pupils": 1}, {**at, "grade": 8, "pupils": 1}]
        assert codes(batch) == [("mapping_feed_skipped", None)]

    def test_a_table_with_a_row_a_class_is_not_taken_for_one(self, tmp_path: Path) -> None:
        text = "学校标识码,年级,班级,学生数\n2141000001,一年级,1班,45\n"
        batch = through(tmp_path, "student-register", {"a.csv": text})
        assert not batch.rows.get("enrolment")
        assert [p.column.split(" / ")[0] for p in batch.problems if p.severity == "error"] == ["姓名"]

    def test_a_workbook_with_a_title_and_a_sheet_a_school(self, tmp_path: Path) -> None:
        book = xlsxwriter.Workbook(tmp_path / "全县学籍.xlsx")
        for school, count in (("2141000001", 3), ("3141000002", 2)):
            sheet = book.add_worksheet(school)
            sheet.merge_range(0, 0, 0, 3, "学生名册")
            sheet.write_row(1, 0, ["序号", "★姓名", "学校标识码（必填）", "年级", "班级"])
            for number in range(count):
                sheet.write_row(2 + number, 0, [number + 1, "某某", school, "七年级", 1])
            sheet.write_row(2 + count, 0, ["合计", "", "", "", count])
        book.close()
        batch = read_with(tmp_path / "全县学籍.xlsx", ["student-register"], given={"year": 2025})
        assert [(row["school_id"], row["pupils"]) for row in rows(batch, "enrolment")] == [
            ("2141000001", 3),
            ("3141000002", 2),
        ]


class TestStaff:
    HEADERS = (
        "姓名,身份证号,教职工号,所在学校,任教学段,任教学科,最高学历,专业技术职务,骨干教师级别,"
        "是否持有教师资格证,出生年月,性别,职务,进本校年月,近五年培训学时"
    )

    def test_a_roster_becomes_teachers_without_names(self, tmp_path: Path) -> None:
        text = "\n".join([
            self.HEADERS,
            "王一,110,007,青石镇中心小学,小学,小学语文、书法,大学本科毕业,一级教师,县级,是,1985-07,女,教研组长,2012年9月,380",
            "王二,111,008,望岚县第一中学,初中,体育与健康,专科,正高级教师,无,否,198011,1-男,校长,201209,120.5学时",
            "",
        ])  # fmt: skip
        batch = through(tmp_path, "staff-roster", {"教师.csv": text})
        assert codes(batch) == []
        assert rows(batch, "teachers") == [
            {"teacher_id": "2141000001-007", "year": 2025, "school_id": "2141000001", "stage": "primary"}
            | {"subjects": "chinese;other", "degree": "bachelor", "title": "middle", "backbone": "county"}
            | {"certificate": True, "birth_year": 1985, "sex": "female", "post": "teacher", "school_since": 2012}
            | {"training_hours": 380.0},
            {"teacher_id": "3141000002-008", "year": 2025, "school_id": "3141000002", "stage": "junior"}
            | {"subjects": "pe", "degree": "associate", "title": "senior_full", "backbone": "none"}
            | {"certificate": False, "birth_year": 1980, "sex": "male", "post": "head", "school_since": 2012}
            | {"training_hours": 120.5},
        ]
        assert "王一" not in repr(batch)

    def test_without_staff_numbers_a_teacher_is_numbered_by_the_place_in_the_roster(self, tmp_path: Path) -> None:
        number = "410999198507010022"
        files = {
            "a.csv": f"姓名,身份证号,所在学校,学历\n王一,{number},青石镇中心小学,本科\n",
            "b.csv": "姓名,身份证号,所在学校,学历\n王二,x1,青石镇中心小学,本科\n",
        }
        batch = through(tmp_path, "staff-roster", files)
        assert [row["teacher_id"] for row in rows(batch, "teachers")] == ["2141000001-1", "2141000001-2"]
        assert [row["stage"] for row in rows(batch, "teachers")] == ["primary", "primary"]
        assert number not in repr(batch)

    def test_identity_numbers_in_the_place_of_staff_numbers_are_refused(self, tmp_path: Path) -> None:
        text = "姓名,教职工号,所在学校,学历\n王一,11010519491231002X,青石镇中心小学,本科\n"
        batch = through(tmp_path, "staff-roster", {"a.csv": text})
        assert not batch.rows["teachers"]
        assert codes(batch) == [("personal_value", 2)]
        assert "19491231" not in repr(batch)

    def test_what_a_mapping_does_not_know_is_missing_and_told(self, tmp_path: Path) -> None:
        text = "姓名,教职工号,所在学校,学历,职称\n" + "".join(
            f"王,{n},青石镇中心小学,本科,特聘{'x' if n == 1 else ''}\n" for n in range(1, 8)
        )
        batch = through(tmp_path, "staff-roster", {"a.csv": text})
        assert len(batch.rows["teachers"]) == 7
        assert {row.values["title"] for row in batch.rows["teachers"]} == {None}
        assert [(p.code, p.value) for p in batch.problems][:2] == [
            ("mapping_unlisted", "***"),
            ("mapping_unlisted", "特聘"),
        ]

    def test_others_than_teachers_are_left_out(self, tmp_path: Path) -> None:
        text = "姓名,工号,学校名称,学历,教职工类别,人员状态\n" + "".join(
            f"王,{number},青石镇中心小学,本科,{kind},{state}\n"
            for number, (kind, state) in enumerate([("专任教师", "在岗"), ("工勤人员", "在岗"), ("专任教师", "退休")])
        )
        batch = through(tmp_path, "staff-roster", {"a.csv": text})
        assert [row["teacher_id"] for row in rows(batch, "teachers")] == ["2141000001-0"]
        assert codes(batch) == [("mapping_left_out", None)] * 2

    def test_a_teacher_at_two_schools_waits(self, tmp_path: Path) -> None:
        text = "姓名,身份证号,工号,学校名称,学历\n王,440,1,青石镇中心小学,本科\n王,440,2,望岚县第一中学,本科\n"
        batch = through(tmp_path, "staff-roster", {"a.csv": text})
        assert not batch.rows["teachers"]
        assert codes(batch) == [("mapping_person_differs", 2), ("mapping_person_differs", 3)]


class TestAssets:
    def test_buildings_by_their_use(self, tmp_path: Path) -> None:
        text = (
            "学校名称,建筑物名称,建筑物用途,建筑面积(平方米),使用状况\n"
            "青石镇中心小学,一号楼,11-教学楼,2000,在用\n青石镇中心小学,二号楼,21-学生宿舍,900,在用\n"
            "青石镇中心小学,风雨操场,体育馆,600.5,在用\n青石镇中心小学,老楼,教学楼,800,已停用\n"
            "望岚县第一中学,综合楼,12,3000,在用\n"
        )
        batch = through(tmp_path, "building-register", {"校舍.csv": text})
        assert rows(batch, "facilities") == [
            {"school_id": "2141000001", "year": 2025, "teaching_area": 2600.5, "indoor_sports_area": 600.5},
            {"school_id": "3141000002", "year": 2025, "teaching_area": 3000.0},
        ]
        assert [p for p in batch.problems if p.severity == "error"] == []

    def test_buildings_with_the_area_of_each_use(self, tmp_path: Path) -> None:
        text = "XXDM,JZWMC,JXJFZYF,QZTYHDS\n2141000001,一号楼,1500,0\n2141000001,二号楼,500,120\n"
        batch = through(tmp_path, "building-register", {"校舍.csv": text})
        assert rows(batch, "facilities") == [
            {"school_id": "2141000001", "year": 2025, "teaching_area": 2000.0, "indoor_sports_area": 120.0}
        ]

    def test_a_use_that_is_not_listed_makes_the_school_wait(self, tmp_path: Path) -> None:
        text = (
            "学校名称,建筑物名称,用途,建筑面积\n青石镇中心小学,甲,教学楼,1\n青石镇中心小学,乙,多功能,1\n"
            "望岚县第一中学,丙,教学楼,7\n望岚县第一中学,丁,,7\n"
        )
        batch = through(tmp_path, "building-register", {"校舍.csv": text})
        assert [row["school_id"] for row in rows(batch, "facilities")] == ["3141000002"]
        assert "teaching_area" not in rows(batch, "facilities")[0], "a building without use may be of any"
        assert ("mapping_code", 3) in codes(batch)

    def test_equipment_by_category_in_ten_thousands(self, tmp_path: Path) -> None:
        text = (
            "学校名称,资产名称,资产类别,账面原值(万元),数量\n青石镇中心小学,显微镜,教学仪器设备,1.25,10\n"
            "青石镇中心小学,一体机,网络多媒体教室,30,12\n青石镇中心小学,课桌,家具和用具,9,100\n"
            "望岚县第一中学,天平,教学仪器设备,2,5\n"
        )
        batch = through(tmp_path, "equipment-register", {"设备.csv": text})
        assert rows(batch, "facilities") == [
            {"school_id": "2141000001", "year": 2025, "equipment_value": 312500.0, "multimedia_rooms": 12},
            {"school_id": "3141000002", "year": 2025, "equipment_value": 20000.0},
        ]
        assert codes(batch) == []


class TestBasicData:
    def test_tables_with_field_names_and_labels_before_them(self, tmp_path: Path) -> None:
        files = {
            "学校.csv": "学校代码-xxdm,学校名称-xxmc,办学类型-xxbxlxm,"
            "城乡-szdcxlxm,举办者-xxjbzm,建校年月-jxny,校长-xzxm\n"
            "2141000001,青石镇中心小学,211-小学,121,811,199809,王某某\n3141000009,民办学校,311,111,999,20100901,李\n",
            "班级.csv": "XXDM,BH,BJMC,SSNJ,JBNY\n2141000001,2023011,一班,小学2023级,202309\n"
            "2141000001,2023012,二班,小学2023级,202309\n",
            "学生.csv": "XXDM,XH,XM,XJH,SZBH,JDFSM\n2141000001,1,王一,G1,2023011,2\n2141000001,2,王二,G2,2023012,1\n",
        }
        batch = through(tmp_path, "jyt-basic-data", files)
        assert [p for p in batch.problems if p.severity == "error"] == []
        assert rows(batch, "schools")[0] == {
            "school_id": "2141000001", "name": "青石镇中心小学", "kind": "211", "setting": "121",
            "ownership": "public", "built_year": 1998,
        }  # fmt: skip
        assert rows(batch, "schools")[1]["ownership"] == "private"
        at = {"school_id": "2141000001", "year": 2025, "grade": 3}
        assert rows(batch, "classes") == [
            {**at, "class_no": "2023011", "pupils": 1},
            {**at, "class_no": "2023012", "pupils": 1},
        ]
        assert rows(batch, "enrolment") == [{**at, "classes": 2, "pupils": 2, "boarders": 1}]
        assert "王一" not in repr(batch)
        assert "王二" not in repr(batch)

    def test_nothing_to_read_is_told(self, tmp_path: Path) -> None:
        batch = through(tmp_path, "jyt-basic-data", {"a.csv": "甲,乙\n1,2\n"})
        assert "mapping_no_sheet" in [problem.code for problem in batch.problems]


ROSTER = {
    "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\n"
    "file.academicSessions,bulk\nfile.classes,bulk\nfile.enrollments,bulk\nfile.users,bulk\n",
    "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "o1,active,,青石镇中心小学,school,2141000001,d1\no2,active,,无码学校,school,,d1\nd1,active,,望岚县,district,410999,\n",
    "academicSessions.csv": "sourcedId,status,dateLastModified,title,type,"
    "startDate,endDate,parentSourcedId,schoolYear\n"
    "t1,active,,上学期,semester,2025-09-01,2026-01-20,y1,2026\nt2,active,,下学期,semester,2026-02-15,2026-07-01,y1,2026\n",
    "classes.csv": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
    'c1,active,,三年级一班,03,k,,homeroom,,o1,"t1,t2",,,\nc2,active,,三年级二班,03,k,302,homeroom,,o1,t1,,,\n'
    "c3,active,,数学,03,k,,scheduled,,o1,t1,,,\nc4,active,,大班,KG,k,,homeroom,,o2,t1,,,\n",
    "users.csv": "sourcedId,status,givenName,familyName,email\nu1,active,小明,王,ming@example.org\n",
    "enrollments.csv": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
    "userSourcedId,role,primary,beginDate,endDate\n"
    "e1,active,,c1,o1,ming@example.org,student,,,\ne2,active,,c1,o1,u2,student,,,\ne3,active,,c2,o1,u3,student,,,\n"
    "e4,active,,c3,o1,u2,student,,,\ne5,active,,c1,o1,u9,teacher,,,\ne6,tobedeleted,,c2,o1,u4,student,,,\n"
    "e7,active,,c4,o2,u5,student,,,\ne8,active,,c1,o1,u2,student,,,\n",
}


class TestOneRoster:
    def test_pupils_of_homeroom_classes_are_counted_once(self, tmp_path: Path) -> None:
        batch = through(tmp_path, "oneroster", ROSTER, year=None)
        assert [p for p in batch.problems if p.severity == "error"] == []
        at = {"school_id": "2141000001", "year": 2025, "grade": 3}
        assert rows(batch, "classes") == [
            {**at, "class_no": "三年级一班", "pupils": 2},
            {**at, "class_no": "302", "pupils": 1},
            {"school_id": "o2", "year": 2025, "grade": 0, "class_no": "大班", "pupils": 1},
        ]
        assert rows(batch, "enrolment") == [
            {**at, "classes": 2, "pupils": 3},
            {"school_id": "o2", "year": 2025, "grade": 0, "classes": 1, "pupils": 1},
        ]
        assert "ming" not in repr(batch)
        assert "小明" not in repr(batch)

    def test_an_archive_is_read_like_a_folder(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in ROSTER.items():
                archive.writestr(f"oneroster/{name}", text)
        folder = tmp_path / "folder"
        folder.mkdir()
        batch = read_with(path, ["oneroster"])
        assert batch.rows == through(folder, "oneroster", ROSTER).rows
        path.write_bytes(path.read_bytes()[:-40])
        with pytest.raises(SourceError):
            read_with(path, ["oneroster"])

    def test_files_of_changes_are_refused(self, tmp_path: Path) -> None:
        changed = ROSTER["manifest.csv"].replace("file.enrollments,bulk", "file.enrollments,delta")
        batch = through(tmp_path, "oneroster", {**ROSTER, "manifest.csv": changed})
        assert codes(batch)[-1] == ("mapping_refused", 7)
        assert not batch.rows.get("enrolment")

    def test_names_of_an_archive_from_chinese_windows(self, tmp_path: Path) -> None:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("xx.csv", "学校标识码,学校名称,办学类型\n1,甲,小学\n")
        path = tmp_path / "a.zip"
        path.write_bytes(data.getvalue().replace(b"xx.csv", "学.csv".encode("gbk")))
        assert [p.origin.file for p in read_with(path, ["student-register"]).problems][:1] == ["学.csv"]


class TestSuggesting:
    @pytest.mark.parametrize(
        ("name", "headers"),
        [
            ("student-register", TestPupils.HEADERS),
            ("student-register", "姓名,学校,年级,班级"),
            ("staff-roster", TestStaff.HEADERS),
            ("building-register", "学校名称,校舍名称,房屋用途,建筑面积（㎡）"),
            ("equipment-register", "单位名称,资产名称,资产分类,原值"),
            ("jyt-basic-data", "学校代码-xxdm,学校名称-xxmc,办学类型-xxbxlxm"),
            ("oneroster", ROSTER["enrollments.csv"].splitlines()[0]),
        ],
    )
    def test_the_mapping_that_fits_a_file(self, tmp_path: Path, name: str, headers: str) -> None:
        path = tmp_path / ("enrollments.csv" if name == "oneroster" else "表.csv")
        path.write_text(f"{headers}\n{'1,' * headers.count(',')}1\n", encoding="utf-8")
        assert suggest(path)[:1] == (name,)
        assert suggest(tmp_path)[:1] == (name,)

    @pytest.mark.parametrize(
        "headers", ["学校标识码,学校名称,办学类型", "学校,年级,班级,人数", "a,b", "学校标识码,学年,学段,专任教师,本科"]
    )
    def test_what_is_none_of_them_fits_none(self, tmp_path: Path, headers: str) -> None:
        path = tmp_path / "表.csv"
        path.write_text(f"{headers}\n{'1,' * headers.count(',')}1\n", encoding="utf-8")
        assert suggest(path) == ()
        (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
        assert suggest(tmp_path / "坏.xlsx") == ()

    def test_import_without_a_mapping_names_the_one_that_fits(self, tmp_path: Path) -> None:
        (tmp_path / "名单.csv").write_text("姓名,学校,年级,班级\n王小明,甲,一年级,1班\n", encoding="utf-8")
        (tmp_path / "教师信息.csv").write_text(f"{TestStaff.HEADERS}\n{',' * 14}\n", encoding="utf-8")
        (tmp_path / "县.csv").write_text("县区划代码,县名\n410999,望岚县\n", encoding="utf-8")
        batch = read(tmp_path)
        hints = {p.origin.file: p.remedy("zh") for p in batch.problems if p.code == "sheet_mapping"}
        assert set(hints) == {"名单.csv", "教师信息.csv"}
        assert "--map student-register" in hints["名单.csv"]
        assert "--map staff-roster" in hints["教师信息.csv"]
        assert "王小明" not in repr(batch)


class TestTogether:
    def test_our_own_tables_and_several_mappings_in_one_folder(self, tmp_path: Path) -> None:
        files = {
            "县.csv": "县区划代码,县名\n410999,望岚县\n",
            "学校.csv": "学校标识码,学校名称,办学类型\n2141000009,新校,小学\n",
            "名单.csv": "姓名,学校,年级,班级\n王,新校,一年级,1班\n",
            "教师.csv": "姓名,工号,学校,学历\n王,1,新校,本科\n",
        }
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        batch = read_with(tmp_path, ["student-register", "staff-roster"], given={"year": 2025})
        assert {table: len(found) for table, found in batch.rows.items()} == {
            "county": 1, "schools": 1, "classes": 1, "enrolment": 1, "teachers": 1,
        }  # fmt: skip
        assert rows(batch, "enrolment")[0]["school_id"] == "2141000009"
        assert [p for p in batch.problems if p.severity == "error"] == []

    def test_a_damaged_file_does_not_hold_up_the_others(self, tmp_path: Path) -> None:
        (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
        batch = through(
            tmp_path, "student-register", {"名单.csv": "姓名,学校,年级,班级\n王,青石镇中心小学,一年级,1班\n"}
        )
        assert len(batch.rows["enrolment"]) == 1
        assert [p.origin.file for p in batch.problems if p.code == "file_unreadable"] == ["坏.xlsx"]
