import * as z from "zod";
import { permissionName } from "../../auth/caller.ts";
import { users } from "../../dao/resources/people.ts";
import { FIND_USERS, READ_USER } from "../access.ts";
import { defineTool } from "../define_tool.ts";

/** Enough to pick the right person; a directory is not to be had by paging. */
const MAX_FOUND = 20;

export const findUsers = defineTool({
  name: "find_users",
  title: "Find users",
  description:
    "Find people by part of their name or log-in name, to get the user id that filters " +
    "such as owner and created_by_fk take. At most 20 are given.",
  kind: "user",
  action: "read",
  access: FIND_USERS,
  input: () => ({
    search: z.string().trim().min(2).max(100).describe("Part of a name, 2 letters or more"),
  }),
  output: () =>
    z.object({
      users: z.array(z.looseObject({ id: z.int(), username: z.string() })),
      count: z.int(),
      total_count: z.int(),
    }),
  handle: async ({ search }, { dao, caller }) => {
    const mayReadUsers = READ_USER !== "public" &&
      READ_USER.some(({ method, view }) => caller.permissions.has(permissionName(method, view)));
    const { items, totalCount } = await dao.list(users, caller, {
      page: 1,
      pageSize: MAX_FOUND,
      search,
      columns: mayReadUsers ? [...users.defaults, "email"] : users.defaults,
    });
    return {
      users: items as { id: number; username: string }[],
      count: items.length,
      total_count: totalCount,
    };
  },
});
