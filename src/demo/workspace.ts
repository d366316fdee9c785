/** Fills an empty SQLite database with the demo's workspace, in Superset 6.1's schema. */
import type { DatabaseSync } from "node:sqlite";
import { calendarOf } from "./clock.ts";
import { ALEMBIC_HEAD, METADATA_SCHEMA } from "./schema.ts";
import { writeCharts, writeDashboards } from "./write_charts.ts";
import { writeDatasets } from "./write_datasets.ts";
import { writeExtras } from "./write_extras.ts";
import { writePeople } from "./write_people.ts";
import { writeTags } from "./write_tags.ts";
import { insertRecords, inTransaction } from "./writer.ts";

/** @param now milliseconds since 1970; all times lie before its UTC day */
export function writeWorkspace(db: DatabaseSync, now: number): void {
  const calendar = calendarOf(now);
  // One transaction fills tables that point at each other, so keys are checked at its end.
  db.exec("PRAGMA foreign_keys = ON;");
  inTransaction(db, () => {
    db.exec("PRAGMA defer_foreign_keys = ON;");
    db.exec(METADATA_SCHEMA);
    insertRecords(db, "alembic_version", [{ version_num: ALEMBIC_HEAD }]);
    writePeople(db, calendar);
    writeDatasets(db, calendar);
    writeCharts(db, calendar);
    writeDashboards(db, calendar);
    writeExtras(db, calendar);
    writeTags(db, calendar);
  });
}
