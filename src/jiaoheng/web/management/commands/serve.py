"""The workspace on its address, with what it needs: home folder, tables, static files, worker."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.translation import gettext as _

from jiaoheng.demo.geography import COUNTY_CODE
from jiaoheng.ledger import log, processes, store
from jiaoheng.ledger.models import Organisation
from jiaoheng.web import serving

_LOG = logging.getLogger(__name__)


class Command(BaseCommand):
    """Serve the workspace until stopped."""

    requires_system_checks: list[str] = []  # noqa: RUF012
    help = "Serves the workspace."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, with how many threads, with a worker or not."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument("--no-worker", action="store_false", dest="worker")
        parser.add_argument("--tied", action="store_true", help="end when standard input does")

    def handle(self, *args: Any, **options: Any) -> None:
        """Get everything ready, say the address, answer until SIGTERM or Ctrl-C."""
        host, port = options["host"], options["port"]
        if options["tied"]:
            processes.tie()
        os.umask(0o077)
        home = store.home()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        self.stopping = threading.Event()
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), self._stop)
        with ExitStack() as held:
            try:
                held.enter_context(serving.only_server(home, address))
            except serving.Served as other:
                told = _("这个工作区已经由进程 {process} 提供服务：{address}。同一个工作区只能启动一个服务。")
                raise CommandError(told.format(process=other.process, address=other.address)) from None
            _must_be_fit(home)
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            _must_be_this_kind(host)
            _prepare_static()
            application = get_wsgi_application()
            log.to_file()
            connections.close_all()
            try:
                server = serving.listen(application, host, port, options["threads"])
            except OSError as error:
                told = _("不能在 {address} 上提供服务：{why}。请用 --port 换一个端口。")
                raise CommandError(told.format(address=address, why=error.strerror)) from None
            worker = serving.Worker() if options["worker"] else None
            if worker:
                worker.start()
            self._say(address)
            server.run(self.stopping)
            if worker:
                worker.stop()
            _LOG.info("stopped")
            self.stdout.write(_("已停止。"))

    def _say(self, address: str) -> None:
        _LOG.info("listening on %s", address)
        self.stdout.write(_("工作区已启动：{address}（按 Ctrl-C 停止）").format(address=address))
        self.stdout.write(_("工作区文件夹：{home}").format(home=store.home()))
        if not Organisation.objects.filter(kind=Organisation.Kind.COUNTY).exists():
            self.stdout.write(_("还没有县:请先用 county create 建立本县和第一位管理员。"))
        connections.close_all()
        self.stdout.flush()

    def _stop(self, *_: object) -> None:
        self.stopping.set()


def _must_be_fit(home: Path) -> None:
    """Refuse a home folder that is half restored, and settings that would show a program's inside to the world."""
    if (home / store.RESTORING).exists():
        raise CommandError(_("{home} 中的恢复没有完成。请删除这个文件夹，重新恢复。").format(home=home))
    if settings.DEBUG != settings.DEMO:
        raise CommandError(_("调试模式（DEBUG）只用于演示；正式使用必须关闭，演示必须打开。"))
    if (home / store.DEMO).exists() and not settings.DEMO:
        told = _("{home} 是演示数据，密码是公开的，不能正式使用。请用 demo 命令打开它，或换一个文件夹。")
        raise CommandError(told.format(home=home))


def _must_be_this_kind(host: str) -> None:
    """The demo listens to this machine only, and holds the demo county only."""
    if not settings.DEMO:
        return
    if not ip_address(host).is_loopback:
        raise CommandError(_("演示只能在本机打开（127.0.0.1）：演示账号的密码是公开的。"))
    counties = Organisation.objects.filter(kind=Organisation.Kind.COUNTY).exclude(code=COUNTY_CODE)
    if counties.exists():
        raise CommandError(_("这个工作区里有真实的县，不能用演示方式打开。"))


def _prepare_static() -> None:
    """Give every static file a name with its digest, and a compressed copy; the demo finds them where they lie."""
    if settings.DEMO:
        return
    # Only what is served needs the names, and tests and other commands have no such folder.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
