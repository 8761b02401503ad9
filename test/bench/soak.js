// `npm run soak [-- COUNT]`: that many sessions (1,000) in one `serve`.
// `npm run soak -- fleet [HOSTS EACH]`: so many `serve`s (4) on one PostgreSQL, with EACH sessions each (1,000).
if (process.argv[2] === 'fleet') await import('./soak-fleet.js');
else await import('./soak-alone.js');
