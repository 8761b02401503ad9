/** The looks of the page: light and dark, from a phone's width on. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1b1f23; --faint: #57606a; --paper: #fff; --good: #116329; --bad: #a40e26; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --faint: #9da7b1; --paper: #0d1117; --good: #56d364; --bad: #ff7b72; }
}
body { margin: 0; background: var(--paper); color: var(--text); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { box-sizing: border-box; max-width: 34rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.3; overflow-wrap: anywhere; }
.good h1 { color: var(--good); }
.bad h1 { color: var(--bad); }
p { margin: .5rem 0; overflow-wrap: anywhere; }
ol { margin: .5rem 0; padding-left: 1.5rem; }
ol.one { padding: 0; list-style: none; }
img { display: block; width: 100%; max-width: min(26rem, 85vh); margin: 1rem auto; }
#code { margin: 1.5rem 0; text-align: center; font: 700 2.25rem/1.2 ui-monospace, monospace; letter-spacing: .05em; }
#left, footer { color: var(--faint); }
#left { text-align: center; font-variant-numeric: tabular-nums; }
footer { margin-top: 1.5rem; font-size: .9375rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
`;
