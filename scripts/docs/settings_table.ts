/** The README's table of settings out of the written list of them. */
import type { Setting } from "../../src/config/settings.ts";

const BEGIN = "<!-- settings: written by `deno task docs` -->";
const END = "<!-- end of settings -->";

export function settingsTable(settings: readonly Setting[]): string {
  const rows = settings.map((setting) => {
    const names = setting.file
      ? `\`${setting.name}\`, \`${setting.name}_FILE\``
      : `\`${setting.name}\``;
    const note = setting.unused ? " (checked, not used by this version)" : "";
    return `| ${names} | ${setting.default} | ${setting.meaning}${note} |`
      .replaceAll(/\|\s+\|/g, "| |");
  });
  return ["| name | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/**
 * Puts the table between the README's two marks.
 *
 * @throws Error when the marks are not there
 */
export function withSettings(readme: string, settings: readonly Setting[]): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`README.md lacks the marks ${BEGIN} and ${END} around its table of settings`);
  }
  // Unpadded: the widest meaning would set the width of every line.
  return [
    readme.slice(0, begin + BEGIN.length),
    "<!-- deno-fmt-ignore-start -->",
    "",
    settingsTable(settings),
    "",
    "<!-- deno-fmt-ignore-end -->",
    readme.slice(end),
  ].join("\n");
}
