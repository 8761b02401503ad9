import { baseStyle } from './base-style.ts';

/** The looks of the page of `serve`: two panes, or one at a time where there is no room for two. */
export const dashboardStyle = `${baseStyle}
:root {
  --surface: #f6f8fa; --line: #d1d9e0; --field: #818b98; --accent: #0b6b50; --on-accent: #fff; --hover: #eaeef2;
  --amber: #7d4e00; --good-paper: #dafbe1; --bad-paper: #ffebe9; --amber-paper: #fff3cd; --idle-paper: #eaeef2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --surface: #151b23; --line: #30363d; --field: #7d8590; --accent: #3fcf9a; --on-accent: #04160f; --hover: #212830;
    --amber: #e3b341; --good-paper: #12351e; --bad-paper: #43191b; --amber-paper: #3a2d0c; --idle-paper: #262c36;
  }
}
*, ::before, ::after { box-sizing: border-box; }
body { font-size: 1rem; overflow-wrap: anywhere; }
h1, h2, h3, p, ul, dl, dd { margin: 0; }
h1, h2 { border-radius: .25rem; }
h1 { font-size: 1.125rem; letter-spacing: -.01em; }
h2 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; }
h3 { font-size: 1rem; }
ul { padding: 0; list-style: none; }
a { color: inherit; }
.faint { color: var(--faint); font-size: .875rem; }
button, input, select, textarea { font: inherit; color: inherit; min-height: 2.5rem; border-radius: .5rem; }
button {
  padding: .375rem .875rem; border: 1px solid var(--line); background: var(--paper); font-weight: 500; cursor: pointer;
}
button:hover { background: var(--hover); }
button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }
button.primary:hover { filter: brightness(1.08); }
button.danger { color: var(--bad); }
button[aria-busy] { cursor: progress; opacity: .65; }
input, select, textarea { width: 100%; padding: .375rem .75rem; border: 1px solid var(--field); background: var(--paper); }
textarea { resize: vertical; font: .8125rem/1.5 ui-monospace, monospace; }
input[type=radio] { width: 1.125rem; min-height: 1.125rem; margin: 0; accent-color: var(--accent); }
input[aria-invalid] { border-color: var(--bad); }
::placeholder { color: var(--faint); opacity: 1; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.login { display: grid; gap: .75rem; max-width: 25rem; margin: 12vh auto 0; padding: 1.5rem 1rem; }
.login h1 { font-size: 1.75rem; margin-bottom: .5rem; }
h1::before {
  content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .45em; border-radius: .2em;
  background: var(--accent);
}
.login label, .field label { font-weight: 600; }
.board { display: grid; grid-template-rows: auto auto 1fr; height: 100dvh; }
header {
  grid-row: 1; display: flex; align-items: center; gap: 1rem; padding: .5rem 1.25rem; border-bottom: 1px solid var(--line);
}
header h1 { flex: none; }
header .who { margin-left: auto; }
header .who:not([hidden]) + button { margin-left: 0; }
header .told { flex: 1; color: var(--faint); }
header button { margin-left: auto; flex: none; min-height: 2.25rem; padding: .25rem .75rem; }
.banner {
  grid-row: 2; display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding: .5rem 1.25rem;
  background: var(--amber-paper); color: var(--amber); font-weight: 500;
}
.banner button { min-height: 2rem; padding: .125rem .75rem; margin-left: auto; color: var(--text); }
.panes { grid-row: 3; display: grid; grid-template-columns: minmax(17rem, 24rem) 1fr; min-height: 0; }
.list { overflow-y: auto; border-right: 1px solid var(--line); background: var(--surface); }
.tools {
  position: sticky; top: 0; z-index: 1; display: grid; grid-template-columns: 1fr 10rem; gap: .5rem; padding: 1rem; background: var(--surface);
  border-bottom: 1px solid var(--line);
}
.tools button { grid-column: 1 / -1; }
.rows a {
  display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .125rem .75rem; align-items: center;
  padding: .75rem 1rem; border-bottom: 1px solid var(--line); text-decoration: none;
}
.rows a:hover { background: var(--hover); }
.rows a[aria-current] { background: var(--paper); box-shadow: inset 4px 0 var(--accent); }
.rows a:focus-visible { outline-offset: -3px; }
.rows .name { font-weight: 600; }
.rows .name, .rows .about { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
.rows .about { grid-column: 1 / -1; color: var(--faint); font-size: .875rem; }
.rows .about[hidden] + * { grid-row: 1; }
.more { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem; padding: 1rem; }
.empty { padding: 2.5rem 1rem; color: var(--faint); text-align: center; }
.badge {
  display: inline-block; padding: .0625rem .625rem; border-radius: 1rem; font-size: .8125rem; font-weight: 600;
  white-space: nowrap; background: var(--idle-paper); color: var(--text);
}
.badge.good { background: var(--good-paper); color: var(--good); }
.badge.bad { background: var(--bad-paper); color: var(--bad); }
.badge.waiting { background: var(--amber-paper); color: var(--amber); }
.session { overflow-y: auto; padding: 1.5rem 2rem 3rem; }
.session > * { max-width: 46rem; }
.session .back { display: none; }
.session .head { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .875rem; }
.session h2, .session dd, .session .why { unicode-bidi: isolate; }
.session .id { margin-top: .25rem; font-family: ui-monospace, monospace; }
.session .why { margin-top: .75rem; color: var(--faint); }
.notice { margin-top: .75rem; padding: .625rem .875rem; border-radius: .5rem; background: var(--idle-paper); }
.notice.good { background: var(--good-paper); color: var(--good); }
.notice.bad { background: var(--bad-paper); color: var(--bad); }
.login .notice { margin: 0; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
.session .buttons { margin-top: 1.25rem; }
.pairing { margin-top: 1.5rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--surface); }
.pairing .title { margin: 0; font-size: 1.125rem; }
.pairing .qr { max-width: 19rem; border-radius: .5rem; }
.pairing .code { font-size: clamp(1.5rem, 8vw, 2.25rem); }
.passkey { margin-top: 1rem; }
.passkey .buttons { margin: 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1rem 1.5rem; margin-top: 1.75rem; }
.facts dt { color: var(--faint); font-size: .875rem; }
.webhook { margin-top: 2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.webhook .head { justify-content: space-between; }
.webhook .url { margin: .25rem 0; font: .875rem/1.5 ui-monospace, monospace; }
.deliveries { margin-top: .75rem; border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.deliveries li { display: flex; flex-wrap: wrap; align-items: center; gap: .125rem .75rem; padding: .625rem .875rem; }
.deliveries li + li { border-top: 1px solid var(--line); }
.deliveries .type { font-weight: 500; }
.deliveries button { margin-left: auto; }
button.small { min-height: 2rem; padding: .125rem .625rem; font-size: .875rem; }
.webhook .head .buttons { margin: 0; }
.deliveries .why { flex-basis: 100%; color: var(--faint); font-size: .875rem; }
dialog {
  width: min(30rem, calc(100vw - 2rem)); max-height: calc(100dvh - 2rem); padding: 1.5rem; border: 1px solid var(--line);
  border-radius: .75rem; background: var(--paper); color: var(--text); box-shadow: 0 1rem 3rem rgb(0 0 0 / .25);
}
dialog::backdrop { background: rgb(0 0 0 / .5); }
dialog h2 { margin-bottom: 1rem; font-size: 1.25rem; }
dialog p + p { margin-top: .75rem; }
dialog .buttons { justify-content: flex-end; margin-top: 1.5rem; }
dialog button.danger { border-color: transparent; background: var(--bad); color: var(--paper); }
dialog button.danger:hover { filter: brightness(1.08); }
form .field, fieldset { display: grid; gap: .375rem; margin: 0 0 1rem; }
fieldset { padding: 0; border: 0; }
legend { padding: 0 0 .375rem; font-weight: 600; }
fieldset label { display: flex; align-items: center; gap: .625rem; min-height: 2rem; }
@media (min-width: 64rem) {
  .pairing:has(.qr:not([hidden])) {
    display: grid; grid-template: auto auto 1fr / auto 1fr; column-gap: 2rem; align-items: start;
  }
  .pairing .qr { grid-row: 1 / -1; width: 19rem; margin: 0; }
  .pairing:has(.qr:not([hidden])) > :not(.qr) { grid-column: 2; text-align: left; }
  .pairing:has(.qr:not([hidden])) > .left { grid-row: 3; }
}
@media (max-width: 47.99rem) {
  .board { display: block; height: auto; }
  .panes { display: block; }
  .list { border: 0; background: none; min-height: 60vh; }
  .tools { position: static; }
  .session { padding: 1rem 1rem 3rem; }
  .session .back { display: inline-block; padding: .5rem 0; margin-bottom: .5rem; }
  .board:not(.has-session) .session, .board.has-session .list { display: none; }
  header, .banner { padding: .5rem 1rem; }
  header { position: sticky; top: 0; z-index: 2; background: var(--paper); }
  .pairing { padding: 1rem; }
  .facts { grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
}
@media (prefers-reduced-motion: no-preference) {
  button, .rows a { transition: background-color .12s; }
}
`;
