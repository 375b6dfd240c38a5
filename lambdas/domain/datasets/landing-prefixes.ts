/** What keys of dropped files begin with. */
export const LANDING_PREFIX = 'landing/';
/** Where reports on dropped files lie. */
export const REPORTS_PREFIX = 'reports/';
/** Where rows of files go that break the rules of their dataset, in the raw bucket. */
export const FILE_QUARANTINE_PREFIX = 'quarantine/files/';
