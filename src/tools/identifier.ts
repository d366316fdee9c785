/** The argument by which one object is named. */
import * as z from "zod";

/** An id, or text that holds one, a UUID, or a slug. */
export const identifier = (description: string) =>
  z.union([z.int().min(1).max(2 ** 31 - 1), z.string().trim().min(1).max(255)]).describe(
    description,
  );

/** Arguments of Superset's clients about a metadata cache; reads here are fresh anyway. */
export const CACHE_ARGUMENTS = ["use_cache", "force_refresh", "refresh_metadata", "cache_timeout"];
