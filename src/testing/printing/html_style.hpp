#pragma once
/// How the page of a report looks.

namespace rowan::testing {

inline constexpr const char* html_style = R"css(
:root { color-scheme: light dark;
  --page: #fff; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --panel: #f6f8fa;
  --lane: #f9fafb; --link: #0a58ca; --box: #fff; --edge: #8c959f;
  --allowed: #ffdcd7; --allowed-mark: #b3261e; --error: #fff1c9; --error-mark: #8a5a00;
  --waiting: #dde6ef; --waiting-mark: #40566b; --snapshot: #dcf5e1; --snapshot-mark: #1a7f37; }
@media (prefers-color-scheme: dark) { :root {
  --page: #0d1117; --text: #e6edf3; --quiet: #9198a1; --line: #3d444d; --panel: #161b22;
  --lane: #12171e; --link: #6cb0ff; --box: #1c232c; --edge: #656c76;
  --allowed: #5a1e1b; --allowed-mark: #ff8a80; --error: #4a3a10; --error-mark: #f2c14e;
  --waiting: #27323e; --waiting-mark: #a9c1d9; --snapshot: #15391f; --snapshot-mark: #5fd37a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 75rem; background: var(--page);
  color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
h1 { margin: 0 0 .3rem; } h2 { margin: 2rem 0 .6rem; } h3 { margin: 1.2rem 0 .4rem; }
a { color: var(--link); }
small, .quiet { color: var(--quiet); font-size: 13px; }
code { font: 13px/1.4 ui-monospace, Menlo, Consolas, monospace; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
.matrix th, .matrix td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left;
  vertical-align: top; }
.matrix th { background: var(--panel); font-weight: 600; }
.matrix th span { display: block; }
.matrix th span + span { font-weight: 400; font-size: 13px; color: var(--quiet); }
.matrix small { display: block; }
.mark { display: inline-block; min-width: 1.4em; margin-right: .4em; border-radius: 3px;
  text-align: center; color: var(--page); font-size: 12px; }
.place { padding: .05rem .3rem; margin: -.05rem -.3rem; border-radius: 3px; }
.allowed { background: var(--allowed); } .allowed .mark { background: var(--allowed-mark); }
.error { background: var(--error); } .error .mark { background: var(--error-mark); }
.waiting { background: var(--waiting); } .waiting .mark { background: var(--waiting-mark); }
.snapshot { background: var(--snapshot); } .snapshot .mark { background: var(--snapshot-mark); }
.legend { padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1rem; list-style: none; }
.legend .place, .legend .mark { margin: 0; }
.witness { margin: 1.2rem 0; padding: .2rem 1rem 1rem; border: 1px solid var(--line);
  border-radius: 8px; }
.witness:target { border-color: var(--link); box-shadow: 0 0 0 2px var(--link); }
.witness h3 b { color: var(--allowed-mark); } .witness p, .witness ul { margin: .3rem 0; }
.lanes { margin-top: .7rem; }
.lanes th { padding: .2rem .6rem; font-weight: 600; font-size: 13px; color: var(--quiet);
  vertical-align: top; }
.lanes td { min-width: 16rem; max-width: 27rem; padding: 0 .5rem; background: var(--lane);
  border: solid var(--line); border-width: 0 1px; vertical-align: top; }
.lanes thead th { border-bottom: 2px solid var(--line); }
.lanes .first th, .lanes .first td { padding-top: .35rem; }
.lanes tfoot td, .lanes tfoot th { border-top: 2px solid var(--line); padding: .3rem .6rem;
  font-weight: 600; }
.committed { color: var(--snapshot-mark); } .thrown { color: var(--error-mark); }
.lanes tbody tr:last-child td { padding-bottom: .35rem; }
.box { border: 1px solid var(--edge); border-left-width: 4px; border-radius: 4px;
  background: var(--box); overflow: hidden; }
.resumed { border-style: dashed; border-left-style: solid; }
.line { display: flex; justify-content: space-between; gap: 1rem; padding: .05rem .5rem; }
.line code { overflow-wrap: anywhere; } .line code[title] { cursor: help; }
.outcome { flex: none; font-size: 13px; color: var(--quiet); }
.outcome.none, .outcome.failed { padding: 0 .4em; border-radius: 3px; color: var(--text);
  font-weight: 600; }
.outcome.none { background: var(--error); } .outcome.failed { background: var(--allowed); }
.note { font-style: italic; color: var(--quiet); font-size: 13px; }
.begin code { color: var(--quiet); }
.commit code { font-weight: 700; color: var(--snapshot-mark); }
.rollback code { font-weight: 700; color: var(--allowed-mark); }
.wait { font-size: 13px;
  background: repeating-linear-gradient(135deg, var(--waiting) 0 6px, var(--box) 6px 12px); }
.reached { padding: .05rem .5rem; border-top: 1px solid var(--line); background: var(--panel);
  font-size: 13px; font-weight: 600; overflow-wrap: anywhere; }
.reached::before { content: "\2192\00a0"; }
.reached.quiet, .reached.next { font-weight: 400; color: var(--quiet); }
)css";

}  // namespace rowan::testing
