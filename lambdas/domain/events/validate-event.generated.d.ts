import type { EventOf } from './contract.ts';
import type { EventType } from './event-types.ts';

type Validate<T extends EventType> = (value: unknown) => value is EventOf<T>;

export declare const page_view: Validate<'page_view'>;
export declare const view_item: Validate<'view_item'>;
export declare const search: Validate<'search'>;
export declare const add_to_cart: Validate<'add_to_cart'>;
export declare const remove_from_cart: Validate<'remove_from_cart'>;
export declare const begin_checkout: Validate<'begin_checkout'>;
export declare const purchase: Validate<'purchase'>;
export declare const refund: Validate<'refund'>;
export declare const sign_up: Validate<'sign_up'>;
export declare const ad_impression: Validate<'ad_impression'>;
export declare const ad_click: Validate<'ad_click'>;
export declare const ad_spend: Validate<'ad_spend'>;
