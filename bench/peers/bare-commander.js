import { Command } from 'commander'

new Command('bare').description('A program that does nothing.').option('--json', 'one JSON document on stdout').parse()
