"""Every page of the workspace: who uses it, and how one gets there. Browser tests and screenshots walk this table."""

from __future__ import annotations

from typing import NamedTuple


class Stop(NamedTuple):
    """A page: its name, the log-in of somebody who uses it, where to begin, and which link to follow from there.

    ``follow`` are regular expressions for the addresses of the links to follow, one after the other, from ``path``;
    empty: ``path`` is the page.
    """

    name: str
    user: str
    path: str
    follow: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""


_ONE = r"/scenarios/1/$"
TOUR = (
    Stop("log-in", "", "/log-in/", zh="登录", en="Log in"),
    Stop(
        "overview",
        "juzhang",
        "/",
        zh="总览：一句话结论、指标、地图、变化",
        en="Overview: the verdict, indicators, map, changes",
    ),
    Stop("map", "juzhang", "/map/", zh="地图：按任一指标看全县", en="The county's map by any indicator"),
    Stop("matrix", "jijiao", "/matrix/", zh="学校×指标矩阵", en="Schools by indicators"),
    Stop(
        "coefficient",
        "jijiao",
        "/",
        (r"/figures/[^/]+/[^/]+/$",),
        zh="差异系数怎么算出来",
        en="How a coefficient comes about",
    ),
    Stop(
        "county-figure",
        "jijiao",
        "/",
        (r"/figures/3\.\d+/$",),
        zh="县级指标",
        en="A figure of the county",
    ),
    Stop("schools", "dudao", "/schools/", zh="学校列表", en="Schools"),
    Stop("school", "head2", "/schools/", (r"/schools/\w+/$",), zh="一校一台账", en="A school's ledger"),
    Stop(
        "school-figure",
        "head2",
        "/schools/",
        (r"/schools/\w+/$", r"/schools/\w+/figures/"),
        zh="校级指标怎么算出来",
        en="How a school's figure comes about",
    ),
    Stop("documents", "jijiao", "/documents/", zh="规划文件", en="Plan documents"),
    Stop(
        "document",
        "jijiao",
        "/documents/",
        (r"/documents/\d+/$",),
        zh="一份规划：正文和承诺",
        en="A plan beside its records",
    ),
    Stop(
        "document-list", "jijiao", "/documents/", (r"/documents/\d+/$", r"/list/$"), zh="承诺清单", en="Its commitments"
    ),
    Stop(
        "document-standing",
        "juzhang",
        "/documents/",
        (r"/documents/\d+/$", r"/standing/$"),
        zh="进度",
        en="How they stand",
    ),
    Stop(
        "document-ledger",
        "jijiao",
        "/documents/",
        (r"/documents/\d+/$", r"/ledger/$"),
        zh="转为事项",
        en="Into the ledger",
    ),
    Stop("document-new", "jijiao", "/documents/new/", zh="上传规划文件", en="Bringing in a plan"),
    Stop("documents-compare", "jijiao", "/documents/compare/", zh="重复和不一致", en="The same promised twice"),
    Stop("scenarios", "jijiao", "/scenarios/", zh="达标方案", en="Scenarios"),
    Stop("scenario-new", "jijiao", "/scenarios/new/", zh="新建方案", en="A new scenario"),
    Stop(
        "scenario-new-zones", "jijiao", "/scenarios/new/?what=zones&stage=primary", zh="问划片", en="Catchments asked"
    ),
    Stop(
        "scenario-new-layout", "jijiao", "/scenarios/new/?what=layout&stage=primary", zh="问布局", en="A layout asked"
    ),
    Stop("forecast-list", "jijiao", "/forecast/all/", zh="学位推算", en="Forecasts"),
    Stop("forecast-new", "jijiao", "/forecast/new/", zh="推算学位：假设", en="A forecast and its assumptions"),
    Stop("cost-table", "jicai", "/scenarios/costs/", zh="成本表", en="The cost table"),
    Stop("tasks", "jijiao", "/tasks/", zh="台账", en="The ledger"),
    Stop("board", "jijiao", "/tasks/board/", zh="看板", en="Board"),
    Stop("calendar", "jijiao", "/tasks/calendar/", zh="日历", en="Calendar"),
    Stop("task", "jijiao", "/tasks/", (r"/tasks/\d+/$",), zh="一项任务", en="A task"),
    Stop("task-edit", "admin", "/tasks/", (r"/tasks/\d+/$", r"/tasks/\d+/edit/$"), zh="修改任务", en="Changing a task"),
    Stop("task-new", "jijiao", "/tasks/new/", zh="新建任务", en="A new task"),
    Stop("task-findings", "jijiao", "/tasks/findings/", zh="由问题建任务", en="Tasks from findings"),
    Stop("task-rules", "jijiao", "/tasks/rules/", zh="建任务的规则", en="Rules that make tasks"),
    Stop("bulletins", "juzhang", "/bulletins/", zh="通报", en="Bulletins"),
    Stop("bulletin", "juzhang", "/bulletins/", (r"/bulletins/\d+/\d+/$",), zh="月度通报", en="A month's bulletin"),
    Stop("visits", "dudao", "/visits/", zh="督导", en="Visits"),
    Stop("visit", "dudao", "/visits/", (r"/visits/\d+/$",), zh="一次督导", en="A visit"),
    Stop("visit-new", "dudao", "/visits/new/", zh="记录督导", en="Recording a visit"),
    Stop("submissions", "clerk2", "/data/", zh="数据报送", en="Submissions"),
    Stop("submission-new", "clerk2", "/data/new/", zh="新报送", en="A new submission"),
    Stop("together", "jijiao", "/data/together/", zh="一起采纳", en="Accepting together"),
    Stop("snapshots", "jijiao", "/data/snapshots/", zh="快照", en="Snapshots"),
    Stop("snapshot", "jijiao", "/data/snapshots/", (r"/data/snapshots/\d+/$",), zh="一份快照", en="A snapshot"),
    Stop(
        "compare",
        "jijiao",
        "/data/snapshots/compare/",
        zh="两份快照的变化",
        en="What changed between two snapshots",
    ),
    Stop("differences", "jijiao", "/data/differences/", zh="来源不一致", en="Where sources differ"),
    Stop("source-order", "jijiao", "/data/sources/", zh="来源先后", en="The order of sources"),
    Stop("mappings", "jijiao", "/data/mappings/", zh="对应关系", en="Mappings"),
    Stop("mapping-new", "jijiao", "/data/mappings/new/", zh="上传映射文件", en="A mapping brought as a file"),
    Stop("runs", "jijiao", "/runs/", zh="计算", en="Runs"),
    Stop("run", "jijiao", "/runs/", (r"/runs/\d+/$",), zh="一次计算", en="A run"),
    Stop("people", "admin", "/people/", zh="人员", en="People"),
    Stop("person", "admin", "/people/", (r"/people/\d+/$",), zh="一个人", en="A person"),
    Stop("person-new", "admin", "/people/new/", zh="添加人员", en="Adding a person"),
    Stop("clerks", "admin", "/people/clerks/", zh="一次建各校填报员", en="Clerks for all schools at once"),
    Stop("units", "admin", "/people/units/", zh="单位", en="Units"),
    Stop("unit", "admin", "/people/units/", (r"/people/units/\d+/$",), zh="一个单位", en="A unit"),
    Stop("audit", "admin", "/audit/", zh="记录", en="History"),
    Stop("event", "admin", "/audit/", (r"/audit/\d+/$",), zh="一条记录", en="An event"),
    Stop("account", "clerk2", "/account/", zh="我的账号", en="My account"),
    Stop("change-password", "clerk2", "/account/password/", zh="修改密码", en="Changing the password"),
    Stop("second-factor", "admin", "/account/second-factor/", zh="第二道验证", en="Second factor"),
    Stop("forbidden", "clerk2", "/people/", zh="没有权限", en="Not allowed"),
    Stop("not-found", "clerk2", "/schools/none/", zh="没有这一页", en="Not found"),
)
PLANS = (
    Stop("scenario", "jijiao", "/scenarios/", (_ONE,), zh="方案：花多少、哪年达标、证明到什么程度", en="A scenario"),
    Stop("scenario-moves", "jijiao", "/scenarios/", (_ONE, r"/moves/$"), zh="举措和原因", en="Moves and their reasons"),
    Stop(
        "scenario-school", "jijiao", "/scenarios/", (_ONE, r"/moves/$", r"/schools/\w+/$"), zh="一校所得", en="A school"
    ),
    Stop("scenario-curve", "jijiao", "/scenarios/", (_ONE, r"/curve/$"), zh="预算曲线", en="The budget curve"),
    Stop("scenario-compare", "jijiao", "/scenarios/compare/?a=1&b=2", zh="两个方案并排", en="Two side by side"),
    Stop("scenario-adopt", "jijiao", "/scenarios/", (_ONE, r"/adopt/$"), zh="采纳为台账事项", en="Adopting a scenario"),
)
FORECAST = (
    Stop(
        "forecast", "jijiao", "/forecast/1/", zh="学位推算：多少学生、哪里缺学位", en="The forecast of pupils and seats"
    ),
    Stop("forecast-map", "jijiao", "/forecast/1/map/?year=2028", zh="学位余缺地图", en="Seats short and spare"),
    Stop("forecast-schools", "jijiao", "/forecast/1/schools/", zh="各校学位", en="Seats by school"),
    Stop(
        "forecast-school",
        "jijiao",
        "/forecast/1/schools/",
        (r"/forecast/1/schools/\w+/",),
        zh="每个数怎么来的",
        en="How a figure comes about",
    ),
    Stop("forecast-check", "jijiao", "/forecast/1/check/", zh="拿往年检验", en="Checked on the past"),
)
"""Pages of a forecast, which the demo has once its worker has computed one."""
PLACES = (
    Stop("zones", "jijiao", "/scenarios/3/", zh="划片：现在和方案", en="Catchments today and by the plan"),
    Stop("zones-seats", "jijiao", "/scenarios/3/seats/", zh="划片后各校学位", en="Seats by school"),
    Stop("zones-places", "jijiao", "/scenarios/3/places/", zh="各村归哪所学校、为什么", en="Each village and why"),
    Stop("zones-by-hand", "jijiao", "/scenarios/3/by-hand/", zh="手工调整片区", en="Catchments changed by hand"),
)
"""Pages of catchments, which the demo has as its third scenario once somebody asked for them."""
"""Pages of scenarios, which the demo has once somebody asked for one and its worker has computed it."""
