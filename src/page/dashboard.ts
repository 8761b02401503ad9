import { script } from './browser/dashboard.ts?script';
import { dashboardStyle } from './dashboard-style.ts';
import { webPage } from './page-document.ts';

/** The page of `serve`. */
export const dashboard = webPage({
  script,
  style: dashboardStyle,
  without: 'This page needs JavaScript. Without it, use the command line or the REST API.',
});
