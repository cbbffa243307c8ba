/** What is known of a city. */
export type Place = Readonly<{ country: string; country_code: string; population: number; census: number }>

const places: Readonly<Record<string, Place>> = {
  Berlin: { country: 'Germany', country_code: 'DE', population: 3_596_999, census: 2022 },
  Chicago: { country: 'United States', country_code: 'US', population: 2_746_388, census: 2020 },
  London: { country: 'United Kingdom', country_code: 'GB', population: 8_799_800, census: 2021 },
  'Los Angeles': { country: 'United States', country_code: 'US', population: 3_898_747, census: 2020 },
  Montréal: { country: 'Canada', country_code: 'CA', population: 1_762_949, census: 2021 },
  Mumbai: { country: 'India', country_code: 'IN', population: 12_442_373, census: 2011 },
  'New York': { country: 'United States', country_code: 'US', population: 8_804_190, census: 2020 },
  'São Paulo': { country: 'Brazil', country_code: 'BR', population: 11_451_999, census: 2022 },
  Tokyo: { country: 'Japan', country_code: 'JP', population: 14_047_594, census: 2020 },
  Toronto: { country: 'Canada', country_code: 'CA', population: 2_794_356, census: 2021 },
}

const folded = new Map(Object.entries(places).map(([name, place]) => [fold(name), place]))

/** A city by its name; `exact` where it is written as in the table, not only with other accents or case. `null` if unknown. */
export function findPlace(name: string): { readonly facts: Place; readonly exact: boolean } | null {
  const facts = folded.get(fold(name))
  return facts ? { facts, exact: Object.hasOwn(places, name) } : null
}

function fold(name: string): string {
  return name.trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
