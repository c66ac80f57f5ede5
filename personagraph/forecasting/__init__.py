"""Forecasts what a run would take and bring, with an interval: pure statistics over what was seen of such steps.

What was seen comes from two sides: steps that the simulated world answered in a rehearsal, and steps of earlier runs
(`evidence`). Both give rates, each as many draws of what it may be (`rates`); for each draw the run takes one course
to its end or its limits (`course`); the quantiles over all courses are the forecast (`result`).
"""

from personagraph.forecasting.course import Limits, Start
from personagraph.forecasting.evidence import Asked, Evidence, Seen
from personagraph.forecasting.result import Forecast, Question, Range, forecast

__all__ = ["Asked", "Evidence", "Forecast", "Limits", "Question", "Range", "Seen", "Start", "forecast"]
