/** sql_mode as the vendor's site check wants it, and as strict as a server may be. */
export const sqlModes = [
  { name: 'with an empty sql_mode', sqlMode: '' },
  {
    name: 'with a strict sql_mode',
    sqlMode:
      'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  },
] as const
