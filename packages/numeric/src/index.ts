export { movingMean } from './moving.ts'
export { fitPolynomial } from './polynomial.ts'
export type { PolynomialFit } from './polynomial.ts'
