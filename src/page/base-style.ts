/** What all pages look alike in: light and dark, and a pairing, from a phone's width on. */
export const baseStyle = `
:root {
  color-scheme: light dark;
  --text: #1b1f23; --faint: #57606a; --paper: #fff; --good: #116329; --bad: #a40e26;
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --faint: #9da7b1; --paper: #0d1117; --good: #56d364; --bad: #ff7b72; }
}
body { margin: 0; background: var(--paper); color: var(--text); font: 1.0625rem/1.5 system-ui, sans-serif; }
.title { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.3; overflow-wrap: anywhere; }
.good .title { color: var(--good); }
.bad .title { color: var(--bad); }
.detail { margin: .5rem 0; overflow-wrap: anywhere; }
.steps { margin: .5rem 0; padding-left: 1.5rem; }
.steps.one { padding: 0; list-style: none; }
.qr { display: block; width: 100%; max-width: min(26rem, 85vh); margin: 1rem auto; }
.code { margin: 1.5rem 0; text-align: center; font: 700 2.25rem/1.2 ui-monospace, monospace; letter-spacing: .05em; }
.left { margin: .5rem 0; text-align: center; color: var(--faint); font-variant-numeric: tabular-nums; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
`;
