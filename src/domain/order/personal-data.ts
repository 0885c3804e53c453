import { customerSubject, emailSubject, erasedText, type PersonalMembers } from '../shared/personal-data.js';
import type { Customer, ShippingAddress } from './values.js';

export const erasedCustomer: Customer = {
  name: erasedText,
  email: erasedText,
  phone: erasedText,
  companyName: erasedText,
};

export const erasedAddress: ShippingAddress = {
  street1: erasedText,
  street2: null,
  city: erasedText,
  state: erasedText,
  zip: erasedText,
  country: erasedText,
};

/** A buyer who has an account is one subject whatever address they order with; a guest is known by the e-mail address. */
export const orderPlacedPersonal: PersonalMembers = {
  subject(data) {
    const { customerId, customer } = data as { customerId: string | null; customer: Customer };
    return customerId === null ? emailSubject(customer.email) : customerSubject(customerId);
  },
  erased: { customer: erasedCustomer, shippingAddress: erasedAddress },
};
