const whole = { name: 'A'.repeat(100), line1: 'B'.repeat(200), line2: 'C'.repeat(200), city: 'D'.repeat(100), region: 'E'.repeat(100) };

/** Valid but unusual addresses, as inputs: all code that accepts addresses accepts these. */
export const edgeAddresses = {
  'the longest of all': { ...whole, postalCode: '1'.repeat(20), country: 'HK', phone: '+84 24 3825 3525' },
  'one with a postal code of one sign': { name: 'A', line1: 'B', city: 'C', region: 'D', postalCode: '1', country: 'HK' },
  'one without a postal code': { name: 'A', line1: 'B', region: 'Dubai', country: 'AE' },
  'one without a region': { name: 'A', line1: 'B', city: 'Huế', country: 'VN' },
  'one with nothing in what may be left out': {
    ...{ name: 'A', line1: 'B', line2: null, city: 'Huế', region: null, postalCode: null, country: 'vn', phone: null },
  },
} as const;
