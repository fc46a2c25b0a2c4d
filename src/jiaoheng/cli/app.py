"""Verbs, options and exit codes: 0 done, 1 the facts fail the check (or the verdict ``--fail-under``), 2 wrong use."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
import typer
from typer import rich_utils

from jiaoheng import __version__
from jiaoheng.cli import bundle, demo, document, forecast, mappings, planning, usage, workspace
from jiaoheng.cli.explanation import show_explanation, show_parts
from jiaoheng.cli.reconciled import as_json, show_changes, show_differences, take
from jiaoheng.cli.screen import COMMAND, console, plain, say, show_problems, show_rows, to_json, word
from jiaoheng.cli.verdict import show_verdict
from jiaoheng.county import Admission, County, Precedence, PrecedenceError, errors, snapshots
from jiaoheng.county.moves import MoveError
from jiaoheng.county.precedence import load as load_precedence
from jiaoheng.county.waiting import waiting_file
from jiaoheng.documents.assistant import AssistantError
from jiaoheng.documents.files import DocumentError
from jiaoheng.findings import Assessment, AssessmentError, assess, explain, words
from jiaoheng.language import Language, Refusal, preferred
from jiaoheng.measures.options import Options, PrivateSchools, TeachingPoints
from jiaoheng.plans.costs import CostError
from jiaoheng.sources import SourceError, open_source, read_with, write_template
from jiaoheng.sources.turnout import turnout
from jiaoheng.standards import Standard, StandardError, load, names
from jiaoheng.web.calling import CommandFailed

LANGUAGE: Language = preferred()
DEFAULT_STANDARD = "cn-2017"


def _help(key: str) -> str:
    return say(key, LANGUAGE)


app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=_help("app"))

# What typer itself writes around our texts.
rich_utils.ARGUMENTS_PANEL_TITLE = _help("help_arguments")
rich_utils.OPTIONS_PANEL_TITLE = _help("help_options")
rich_utils.COMMANDS_PANEL_TITLE = _help("help_commands")
rich_utils.ERRORS_PANEL_TITLE = _help("help_error")
rich_utils.REQUIRED_LONG_STRING = _help("help_required")
rich_utils.DEFAULT_STRING = _help("help_default")
usage.speak(LANGUAGE)

CountyPath = Annotated[Path, typer.Argument(metavar="COUNTY", help=_help("arg_county"))]
Json = Annotated[str, typer.Option("--json", metavar="FILE", help=_help("opt_json"))]
All = Annotated[bool, typer.Option("--all", help=_help("opt_all"))]
StandardName = Annotated[str, typer.Option("--standard", help=_help("opt_standard"))]
Year = Annotated[int | None, typer.Option("--year", help=_help("opt_year"))]
Points = Annotated[str | None, typer.Option("--teaching-points", help=_help("opt_points"))]
Private = Annotated[str | None, typer.Option("--private", help=_help("opt_private"))]


class UsageError(Exception):
    """Wrong use, told in the user's language; the command ends with 2."""


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=_help("opt_version"))] = False,
) -> None:
    """Jiaoheng."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(help=_help("help_template"))
def template(path: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=_help("arg_template"))]) -> None:
    """Write the empty workbook."""
    if path.exists():
        raise UsageError(say("overwrite", LANGUAGE, path=path))
    if path.suffix.lower() != ".xlsx":
        path = path.with_name(path.name + ".xlsx")
    write_template(path, LANGUAGE)
    screen = console()
    screen.print(say("written", LANGUAGE, path=plain(str(path))))
    screen.print(say("template_next", LANGUAGE, path=plain(word(path))))


@app.command(help=_help("help_check"))
def check(county: CountyPath, json: Json = "", everything: All = False) -> None:
    """Check the facts."""
    admission = _open(county)
    if not to_json(json, {"problems": _problems(admission)}):
        screen = console()
        show_rows(screen, admission.county, LANGUAGE)
        show_problems(screen, admission.problems, LANGUAGE, everything=everything)
        if admission.rejected:
            screen.print(say("problems_waiting", LANGUAGE, rows=len(admission.rejected)))
    raise typer.Exit(1 if errors(admission.problems) else 0)


@app.command("import", help=_help("help_import"))
def import_(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help=_help("arg_source"))],
    mapping: Annotated[list[str] | None, typer.Option("--map", metavar="NAME|FILE.toml", help=_help("opt_map"))] = None,
    year: Annotated[int | None, typer.Option("--year", help=_help("opt_import_year"))] = None,
    onto: Annotated[Path | None, typer.Option("--onto", metavar="COUNTY", help=_help("opt_onto"))] = None,
    precedence: Annotated[
        Path | None, typer.Option("--precedence", metavar="FILE", help=_help("opt_precedence"))
    ] = None,
    out: Annotated[Path, typer.Option("--out", help=_help("opt_out"))] = Path("snapshots"),
    json: Json = "",
    everything: All = False,
) -> None:
    """Import facts as a snapshot."""
    with console(stderr=True).status(say("reading", LANGUAGE, path=plain(str(source)))) as status:
        for path in filter(None, (source, onto, precedence)):
            _exists(path)
        chosen = [mappings.known(name, LANGUAGE) for name in mapping or ()]
        order = load_precedence(precedence) if precedence else Precedence()
        base = open_source(onto).county if onto else None
        given = {} if year is None else {"year": year}
        if chosen:
            batch = read_with(source, chosen, given=given, known=bundle.schools_of(base))
        else:
            batch = bundle.read_files(source, base, year, status, LANGUAGE)
        taken = take(base, batch, order, source)
    admission = taken.brought.admission
    who = turnout([batch], base, admission.county, whole=True)
    hopeless = [problem for problem in errors(admission.problems) if problem.code == "table_empty"]
    written = None
    if not hopeless:
        written = snapshots.write(
            admission.county,
            out,
            source=source.name,
            problems=admission.problems,
            rejected=admission.rejected,
            language=LANGUAGE,
        )
    rows = {name: table.num_rows for name, table in admission.county.tables.items() if table.num_rows}
    result = {"snapshot": str(written) if written else None, "rows": rows, "problems": _problems(admission)}
    if not to_json(json, result | as_json(taken, LANGUAGE) | bundle.as_json(who)):
        screen = console()
        show_rows(screen, admission.county, LANGUAGE)
        told = bundle.show_turnout(screen, who, admission.problems, LANGUAGE, everything=everything)
        show_problems(screen, admission.problems, LANGUAGE, everything=everything, told=told)
        show_differences(screen, taken, LANGUAGE, everything=everything)
        show_changes(screen, taken, LANGUAGE, everything=everything)
        if written and admission.rejected:
            waiting = waiting_file(out, written.name)
            screen.print(say("problems_waiting", LANGUAGE, rows=len(admission.rejected)))
            screen.print(say("waiting_written", LANGUAGE, path=plain(str(waiting))))
        if written:
            screen.print(say("snapshot_written", LANGUAGE, name=written.name, path=plain(str(out))))
            screen.print(say("import_next", LANGUAGE, path=plain(word(out))))
        else:
            screen.print(say("snapshot_refused", LANGUAGE))
    raise typer.Exit(1 if errors(admission.problems) else 0)


@app.command("assess", help=_help("help_assess"))
def assess_(
    county: CountyPath,
    standard: StandardName = DEFAULT_STANDARD,
    year: Year = None,
    teaching_points: Points = None,
    private: Private = None,
    fail_under: Annotated[str | None, typer.Option("--fail-under", help=_help("opt_fail_under"))] = None,
    json: Json = "",
    everything: All = False,
) -> None:
    """Hold the county against a standard."""
    if fail_under not in (None, "meets", "unknown"):
        raise UsageError(say("opt_fail_under", LANGUAGE))
    rule = _standard(standard)
    options = _options(rule, teaching_points, private)
    admission = _open(county)
    with console(stderr=True).status(say("working", LANGUAGE)):
        result = assess(admission.county, rule, year=year, options=options)
    if not to_json(json, _assessment(result, rule, admission.county)):
        show_verdict(admission, result, rule, county, LANGUAGE, everything=everything, named=standard)
    too_low = {"meets": ("fails", "unknown"), "unknown": ("fails",), None: ()}
    raise typer.Exit(1 if result.verdict in too_low[fail_under] else 0)


@app.command("explain", help=_help("help_explain"))
def explain_(
    county: CountyPath,
    school: Annotated[str, typer.Argument(metavar="SCHOOL", help=_help("arg_school"))],
    indicator: Annotated[str, typer.Argument(metavar="ITEM", help=_help("arg_indicator"))],
    standard: StandardName = DEFAULT_STANDARD,
    year: Year = None,
    teaching_points: Points = None,
    private: Private = None,
    json: Json = "",
    everything: All = False,
) -> None:
    """Take one figure apart."""
    rule = _standard(standard)
    options = _options(rule, teaching_points, private)
    admission = _open(county)
    try:
        item = rule.item(indicator)
    except KeyError:
        items = ", ".join(item.id for item in rule.items)
        raise UsageError(say("no_item", LANGUAGE, standard=standard, item=indicator, items=items)) from None
    facts = admission.county
    if item.area == rule.balanced_area and school in (facts.code, facts.name):
        _explain_balance(facts, assess(facts, rule, year=year, options=options), rule, indicator, json, everything)
        return
    found = explain(facts, rule, school, indicator, year=year, options=options)
    if to_json(json, {"explanations": msgspec.to_builtins(found)}):
        return
    screen = console()
    for explanation in found:
        show_explanation(screen, explanation, rule, LANGUAGE, everything=everything)
        screen.print()


def _explain_balance(
    county: County, result: Assessment, rule: Standard, indicator: str, json: str, everything: bool
) -> None:
    """The coefficients of an indicator, school by school."""
    balance = [even for even in result.balance if indicator in (even.item, even.check)]
    if to_json(json, {"balance": msgspec.to_builtins(balance)}):
        return
    screen = console()
    for even in balance:
        show_parts(screen, even, result, rule, county, LANGUAGE, everything=everything)
        screen.print()


app.add_typer(demo.commands)
app.add_typer(mappings.commands)
app.add_typer(document.commands)
app.add_typer(forecast.commands)
app.add_typer(workspace.commands)
app.add_typer(planning.commands, name="plan")


@app.command("standards", help=_help("help_standards"))
def standards_() -> None:
    """List the standards."""
    screen = console()
    for name in names():
        screen.print(f"{name}  {load(name).label.say(LANGUAGE)}")


def _standard(name: str) -> Standard:
    """The standard of this name or file."""
    if name.endswith(".toml"):
        _exists(Path(name))
    elif name not in names():
        raise UsageError(say("no_standard", LANGUAGE, standard=name, names=", ".join(names())))
    return load(name)


def _exists(path: Path) -> None:
    if not path.exists():
        raise UsageError(say("no_path", LANGUAGE, path=path))


def _open(path: Path) -> Admission:
    """The county behind a path, checked."""
    _exists(path)
    with console(stderr=True).status(say("reading", LANGUAGE, path=plain(str(path)))):
        return open_source(path)


def _options(rule: Standard, points: str | None, private: str | None) -> Options:
    if points is not None and points not in get_args(TeachingPoints):
        raise UsageError(f"--teaching-points: {', '.join(get_args(TeachingPoints))}")
    if private is not None and private not in get_args(PrivateSchools):
        raise UsageError(f"--private: {', '.join(get_args(PrivateSchools))}")
    chosen = {"teaching_points": points, "private": private}
    return msgspec.structs.replace(rule.options, **{name: value for name, value in chosen.items() if value})


def _problems(admission: Admission) -> list[dict[str, Any]]:
    return [
        {
            "severity": problem.severity,
            "code": problem.code,
            "table": problem.table,
            "column": problem.column,
            "value": problem.value,
            "file": problem.origin.file,
            "sheet": problem.origin.sheet,
            "row": problem.origin.row,
            "where": problem.where(LANGUAGE),
            "what": problem.what(LANGUAGE),
            "remedy": problem.remedy(LANGUAGE),
        }
        for problem in admission.problems
    ]


def _assessment(result: Assessment, rule: Standard, county: County) -> dict[str, Any]:
    """The assessment with the sentences of its verdict."""
    told: dict[str, Any] = msgspec.to_builtins(result)
    told["sentences"] = list(words.sentences(result, rule, county, LANGUAGE))
    return told


def main() -> None:
    """Run the command; every foreseeable error is one sentence in the user's language."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a file in another encoding gets what it can show, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name=COMMAND)
    except (UsageError, StandardError, CommandFailed, mappings.NoMapping) as error:
        _fail(str(error))
    except (
        SourceError,
        AssessmentError,
        PrecedenceError,
        DocumentError,
        AssistantError,
        MoveError,
        CostError,
        Refusal,
    ) as error:
        _fail(error.say(LANGUAGE))
    except snapshots.SnapshotError as error:
        _fail(str(error))
    except OSError as error:
        _fail(say("write_failed", LANGUAGE, path=error.filename or "", why=os.strerror(error.errno or 0)))


def _fail(message: str) -> None:
    console(stderr=True).print(f"[red]{say('error_prefix', LANGUAGE)}[/]{plain(message)}")
    sys.exit(2)
