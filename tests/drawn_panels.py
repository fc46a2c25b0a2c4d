"""Simulated panels for the tests of the forecast."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import msgspec

from jiaoheng.forecast.panel import Panel


def simulator() -> ModuleType:
    """benchmarks/forecast_panels.py, which is no package."""
    name = "forecast_panels"
    if name not in sys.modules:
        path = Path(__file__).resolve().parents[1] / "benchmarks" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def drawn(regime: str, seed: int, level: str = "school", **changed: float) -> Panel:
    panels = simulator()
    panel: Panel = panels.draw(msgspec.structs.replace(panels.REGIMES[regime], **changed), seed, level).panel
    return panel
