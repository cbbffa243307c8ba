import { definePlugin, type Enricher } from '@cardcage/plugin'
import { z } from 'zod'

const contact: Enricher = {
  title: 'Contact',
  subjects: ['user'],
  adds: ['contact'],
  data: z.object({ contact: z.object({ email: z.email() }) }),
  enrich: ({ id }) => (/^[a-z]+$/.test(id) ? { data: { contact: { email: `${id}@example.org` } }, confidence: 0.8, ttl: 3_600_000 } : null),
}

export default definePlugin({ setup: () => ({ enrichment: { contact } }) })
