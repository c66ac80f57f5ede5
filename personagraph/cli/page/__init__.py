"""The report of coverage as one page that needs nothing else: no script, no request, plots as inline SVG."""
