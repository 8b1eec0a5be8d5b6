"""A marimo notebook: how one supplier's days slip. `.venv/bin/marimo edit docs/supplier_slips.py -- --history demo/var/published.duckdb`

In: the published copy, read-only. Out: the supplier's months, each of its moves, and a chart of how far they went.
"""

import marimo

app = marimo.App(width="medium", app_title="One supplier's slips")


@app.cell
def _():
    import altair as alt
    import duckdb
    import marimo as mo

    return alt, duckdb, mo


@app.cell
def _(duckdb, mo):
    path = mo.cli_args().get("history") or "demo/var/published.duckdb"
    history = duckdb.connect(path, read_only=True)
    suppliers = [name for (name,) in history.sql("select distinct supplier_id from supplier_scorecard order by all").fetchall()]
    return history, path, suppliers


@app.cell
def _(mo, suppliers):
    supplier = mo.ui.dropdown(suppliers, value=suppliers[0], label="Supplier")
    supplier
    return (supplier,)


@app.cell
def _(history, mo, path, supplier):
    months = history.execute(
        """
        select month_on, line_count, statement_count, share_moved_vs_previous_eta, mean_slip_days_vs_first_eta, p90_slip_days_vs_first_eta,
            churn_moves_per_line, longest_silence_days_in_month
        from supplier_scorecard where supplier_id = $supplier order by month_on
        """,
        {"supplier": supplier.value},
    ).pl()
    mo.md(f"# {supplier.value}\n\nFrom `{path}`. Slips are in calendar days against the first ETA; later is positive.")
    return (months,)


@app.cell
def _(mo, months):
    mo.ui.table(months, selection=None, label="Month by month")
    return


@app.cell
def _(history, supplier):
    moves = history.execute(
        """
        select moved_at, po_number, po_line, eta_before_on, eta_on, days_moved, taken_back_at
        from eta_moves where supplier_id = $supplier order by moved_at, po_number, po_line
        """,
        {"supplier": supplier.value},
    ).pl()
    return (moves,)


@app.cell
def _(mo, moves):
    mo.ui.table(moves, selection=None, label="Each time that it gave a PO line another day")
    return


@app.cell
def _(alt, mo, moves):
    chart = (
        alt.Chart(moves.drop_nulls("days_moved"), title="How far its days moved", width=560, height=220)
        .mark_bar()
        .encode(
            x=alt.X("days_moved:Q", bin=alt.Bin(step=7), title="calendar days, later is positive"),
            y=alt.Y("count()", title="moves"),
            tooltip=["count()"],
        )
    )
    mo.ui.altair_chart(chart, chart_selection=False, legend_selection=False)
    return


if __name__ == "__main__":
    app.run()
