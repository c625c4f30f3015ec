"""The roster from a sheet, and the template of its workers."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from admin.sheets import report, words
from admin.sheets.blank import Column, blank
from checkpoint.services import Office, jobs, roster_import
from checkpoint.services.job_runs import Outcome, Progress, Run
from checkpoint.services.roster_import import Upload
from checkpoint.services.roster_kinds import Kind


def check(kind: Kind, office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of a dry run: what an import would do, row by row. Nothing is changed."""
    made = roster_import.plan(office, run.enterprise_id, run.input(), progress, kind)
    return report.outcome(made, keeps_input=True)


def bring_in(kind: Kind, office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of an import: everything in one transaction, or nothing."""
    upload = Upload(run.enterprise_id, run.job_id, run.input(), run.asked["only_valid"], kind)
    made = roster_import.import_holders(office, run.by, upload, run.hold, progress)
    jobs.drop_input(office, run.by, run.asked["of"])
    return report.outcome(made)


def template(sites: Sequence[str]) -> bytes:
    """An empty sheet with the headings in both languages; its columns are of text."""
    number = gettext("18 characters, as text. Who is in the roster already is known by it.")
    site = gettext("The name of one of your sites; may be empty.")
    shift = gettext("Like 08:00-16:00, over midnight like 22:00-06:00; may be empty.")
    columns = (
        Column(words.field("name"), "姓名 Name", gettext("As on the resident identity card."), 16),
        Column(words.field("id_number"), "身份证号 ID number", number, 24),
        Column(words.field("phone"), "手机号 Phone", gettext("May be empty.")),
        Column(words.field("job"), "岗位 Job", gettext("May be empty.")),
        Column(words.field("site_id"), "厂区 Site", site, 20, sites),
        Column(words.field("shift"), "班次 Shift", shift, 16),
    )
    rest = gettext("An empty cell leaves what the roster says. Nobody is removed by an import.")
    return blank("员工 Workers", columns, rest)
